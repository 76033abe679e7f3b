"""Sign-in: password for people of organisations, a token without rights to order for visitors."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.security import OAuth2PasswordRequestForm
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from api.deps import Anyone, HouseDep
from api.principal import LIFE, Principal, issue_token, sign_in, visitor
from knowledge.base.errors import QifuError

router = APIRouter(prefix="/api/v1")
_LIMIT = parse("20/minute")


def counter() -> FixedWindowRateLimiter:
    """Guessing passwords is slowed per user name and address; each application counts for itself."""
    return FixedWindowRateLimiter(MemoryStorage())


class TooMany(QifuError):
    kind = "too_many"


@router.post("/auth/token")
def token(request: Request, home: HouseDep, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, Any]:
    """A bearer token for user name and password (form fields `username`, `password`)."""
    address = request.client.host if request.client else "?"
    limiter: FixedWindowRateLimiter = request.app.state.sign_ins
    if not limiter.hit(_LIMIT, form.username, address):
        raise TooMany("登录尝试过于频繁，请一分钟后再试。", field="username")
    return _granted(home, sign_in(home.database, form.username, form.password))


@router.post("/auth/visitor")
def visitor_token(home: HouseDep) -> dict[str, Any]:
    """A token for someone who isn't signed in, so that their conversation stays theirs."""
    return _granted(home, visitor())


@router.get("/me")
def me(principal: Anyone) -> dict[str, Any]:
    return principal.shown()


def _granted(home: HouseDep, principal: Principal) -> dict[str, Any]:
    value, life = issue_token(principal, home.signing_key, home.clock)
    assert life in {int(span.total_seconds()) for span in LIFE.values()}
    return {"access_token": value, "token_type": "bearer", "expires_in": life, "user": principal.shown()}

"""Who calls: signed tokens, passwords, visitors. Tokens are bearer JWTs signed with the installation's own key."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from pwdlib import PasswordHash
from sqlmodel import select

from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.errors import QifuError
from knowledge.base.identity import Membership, Org, OrgKind, User
from knowledge.base.ids import new_id
from knowledge.base.settings import Settings

LIFE = {"user": timedelta(hours=12), "visitor": timedelta(days=7)}
DIRECTORY = "directory"  # a session that sees the global tables and no organisation's rows
VISITORS = "org-visitor"
_passwords = PasswordHash.recommended()


class Unauthenticated(QifuError):
    kind = "unauthenticated"


@dataclass(frozen=True)
class Principal:
    """A signed-in person in one organisation, or a visitor (role `visitor`, a subject of their own)."""

    user_id: str
    username: str
    name: str
    org_id: str
    org_name: str
    org_kind: str
    roles: tuple[str, ...]

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.user_id,
            "username": self.username,
            "name": self.name,
            "org_id": self.org_id,
            "org_name": self.org_name,
            "org_kind": self.org_kind,
            "roles": list(self.roles),
        }


def hash_password(password: str) -> str:
    return _passwords.hash(password)


def signing_key(settings: Settings) -> str:
    """The configured key, or one made at first start and kept beside the data, readable by its owner alone."""
    if settings.secret_key.get_secret_value():
        return settings.secret_key.get_secret_value()
    path = Path(settings.var_dir) / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{new_id()}")
        draft.write_text(secrets.token_urlsafe(48))
        draft.chmod(0o600)
        try:
            draft.rename(path) if not path.exists() else draft.unlink()
        except FileExistsError:
            draft.unlink()
    return path.read_text().strip()


def sign_in(database: Database, username: str, password: str) -> Principal:
    """Raises `Unauthenticated`, with the same words and about the same work for a wrong name and a wrong password."""
    with database.read() as work:
        session = work.session(DIRECTORY)
        user = session.exec(select(User).where(User.username == username)).first()
        known = user.password_hash if user else _unknown()
        if not _passwords.verify(password, known) or user is None:
            raise Unauthenticated("用户名或密码不对；请重新输入，演示账号在启动时打印。", field="password")
        principal = find_principal(database, user.username)
    if principal is None:
        raise Unauthenticated("这个账号还没有分配组织；请联系管理员。", field="username")
    return principal


@cache
def _unknown() -> str:
    """A hash nobody's password has, so that an unknown name costs as much as a wrong password."""
    return _passwords.hash(secrets.token_urlsafe(12))


def find_principal(database: Database, username: str) -> Principal | None:
    """The person behind a user name, with the organisation and roles of their first membership."""
    with database.read() as work:
        session = work.session(DIRECTORY)
        user = session.exec(select(User).where(User.username == username)).first()
        if user is None:
            return None
        membership = session.exec(
            select(Membership).where(Membership.user_id == user.id).order_by(Membership.org_id)
        ).first()
        org = session.get(Org, membership.org_id) if membership else None
        if membership is None or org is None:
            return None
        return Principal(user.id, user.username, user.name, org.id, org.name, org.kind, tuple(membership.roles))


def visitor(subject: str | None = None) -> Principal:
    """Someone who isn't signed in: may ask, calculate and diagnose."""
    name = subject or f"visitor-{new_id()}"
    return Principal(name, "", "访客", VISITORS, "访客", OrgKind.VISITOR, ("visitor",))


def issue_token(principal: Principal, key: str, clock: Clock) -> tuple[str, int]:
    """A signed token and its life in seconds."""
    life = LIFE["visitor" if principal.org_kind == OrgKind.VISITOR else "user"]
    now = clock.now()
    claims = {"sub": principal.user_id, "name": principal.username, "iat": now, "exp": now + life, "jti": new_id()}
    return jwt.encode(claims, key, algorithm="HS256"), int(life.total_seconds())


def read_token(database: Database, token: str, key: str, clock: Clock) -> Principal:
    """Rights are looked up at each call: a membership taken away counts at once, not when the token ends."""
    try:
        # The time is our clock's to tell, so that replays and tests see tokens end when they should.
        options: Any = {"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False}
        claims = jwt.decode(token, key, algorithms=["HS256"], options=options)
        ended = int(claims["exp"]) <= clock.now().timestamp()
    except (jwt.InvalidTokenError, ValueError, TypeError):
        raise Unauthenticated("登录凭证无效，请重新登录。") from None
    if ended:
        raise Unauthenticated("登录已过期，请重新登录。")
    if str(claims["sub"]).startswith("visitor-"):
        return visitor(str(claims["sub"]))
    principal = find_principal(database, str(claims.get("name", "")))
    if principal is None or principal.user_id != claims["sub"]:
        raise Unauthenticated("这个账号已不可用，请联系管理员。")
    return principal

"""What routes depend on: the house, and who calls."""

from typing import Annotated

from fastapi import Depends, Header, Request

from api.house import House
from api.principal import Principal, Unauthenticated, read_token, visitor
from assistant.speaker import Speaker


def house(request: Request) -> House:
    found = request.app.state.house
    assert isinstance(found, House)
    return found


HouseDep = Annotated[House, Depends(house)]


def anyone(home: HouseDep, authorization: Annotated[str | None, Header()] = None) -> Principal:
    """The signed-in caller, or a fresh visitor when no token came."""
    if authorization is None:
        return visitor()
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Authorization 应为 “Bearer <token>”；令牌由 POST /api/v1/auth/token 取得。")
    return read_token(home.database, token, home.signing_key, home.clock)


def signed_in(principal: Annotated[Principal, Depends(anyone)]) -> Principal:
    """A person of an organisation; visitors are told to sign in."""
    if "visitor" in principal.roles:
        raise Unauthenticated("请先登录；访客可以咨询和诊断，但不能查看订单。")
    return principal


Anyone = Annotated[Principal, Depends(anyone)]
SignedIn = Annotated[Principal, Depends(signed_in)]


def speaker(principal: Principal, role: str = "client") -> Speaker:
    """The assistant's view of a caller. `role` may only narrow: clients and visitors always see the client's face."""
    staff = {"sales", "manager", "delivery", "partner", "finance", "hq", "auditor"} & set(principal.roles)
    face = role if staff else "client"
    return Speaker(principal.user_id, principal.name, principal.org_id, principal.org_kind, principal.roles, face)

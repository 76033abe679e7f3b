"""The demo sign-ins, told only by an installation that loaded the demo."""

from typing import Any

from fastapi import APIRouter

from api.demo import PASSWORD, demo_users
from api.deps import HouseDep
from knowledge.base.errors import Missing

router = APIRouter(prefix="/api/v1")


@router.get("/demo")
def demo(home: HouseDep) -> dict[str, Any]:
    users = demo_users(home.database)
    if not users:
        raise Missing("这里没有加载演示数据。")
    return {"password": PASSWORD, "users": users}

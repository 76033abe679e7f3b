"""Orders and the commands on them: `POST /api/v1/{aggregate}/{id}/{command}` with a key and the version seen."""

from typing import Any

from fastapi import APIRouter
from workflows.actor import Actor

from api.deps import HouseDep, SignedIn
from api.principal import Principal
from workflows import view

router = APIRouter(prefix="/api/v1")
AGGREGATES = ("quotes", "orders", "dispatches", "offers", "jobs", "steps", "acceptances", "evaluations")


def actor(principal: Principal) -> Actor:
    return Actor(principal.user_id, principal.name, principal.org_id, principal.org_kind, principal.roles)


@router.get("/orders")
def orders(home: HouseDep, principal: SignedIn) -> dict[str, Any]:
    with home.database.read() as work:
        found = view.orders(work.session(principal.org_id), actor(principal))
        return {"items": [order.model_dump(mode="json") for order in found]}


@router.get("/orders/{identifier}")
def order(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    with home.database.read() as work:
        return view.order(work.session(principal.org_id), identifier, actor(principal)).model_dump(mode="json")

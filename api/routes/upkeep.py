"""Upkeep of the knowledge: the queue of questions nobody could answer, and rules changed by two people."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api import upkeep
from api.deps import HouseDep, SignedIn
from api.routes.documents import reviewer

router = APIRouter(prefix="/api/v1/knowledge")


class Settlement(BaseModel):
    """`answered` names the article, `wontfix` says why in `note`, `open` puts it back."""

    model_config = ConfigDict(extra="forbid")

    state: str
    article: str | None = None
    note: str | None = None


@router.get("/questions")
def questions(home: HouseDep, principal: SignedIn, state: str | None = "open") -> dict[str, Any]:
    """Most asked first; headquarters sees every organisation's, a manager their own. `state=all`: the whole queue."""
    return {"items": upkeep.questions(home, reviewer(principal), None if state == "all" else state)}


@router.post("/questions/{identifier}/settle")
def settle(home: HouseDep, principal: SignedIn, identifier: str, body: Settlement) -> dict[str, Any]:
    return upkeep.settle(home, reviewer(principal), identifier, body.state, body.article, body.note)


@router.post("/questions/{identifier}/ask")
def ask_again(home: HouseDep, principal: SignedIn, identifier: str, as_of: date | None = None) -> dict[str, Any]:
    """The question put again to what is known now; answered, it leaves the queue with the article that answers it."""
    return upkeep.ask_again(home, reviewer(principal), identifier, as_of)


class Draft(BaseModel):
    """`text` is the rule's whole YAML; `reason` says what changed and by which document."""

    model_config = ConfigDict(extra="forbid")

    text: str
    reason: str = ""


@router.post("/rules", status_code=201)
def propose(home: HouseDep, principal: SignedIn, body: Draft) -> dict[str, Any]:
    """A later version of a rule, kept as a draft with the verdicts it would change."""
    return upkeep.propose(home, reviewer(principal), body.text, body.reason)


@router.get("/rules")
def rules(home: HouseDep, principal: SignedIn, state: str | None = None) -> dict[str, Any]:
    return {"items": upkeep.list_proposals(home, reviewer(principal), state)}


@router.get("/rules/{identifier}")
def rule(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    return upkeep.proposal(home, reviewer(principal), identifier)


@router.post("/rules/{identifier}/publish")
def publish(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    """By a second person; from its first day on every answer and verdict rests on it. Twice is the same as once."""
    return upkeep.publish(home, reviewer(principal), identifier)


@router.post("/rules/{identifier}/withdraw")
def withdraw(home: HouseDep, principal: SignedIn, identifier: str) -> dict[str, Any]:
    return upkeep.withdraw(home, reviewer(principal), identifier)

"""Results of real applications, and where the rules disagree with them."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api import outcomes
from api.deps import HouseDep, SignedIn
from knowledge.companies.outcomes import Outcome
from knowledge.companies.uscc import read_uscc

router = APIRouter(prefix="/api/v1/outcomes")


class NewOutcome(BaseModel):
    model_config = ConfigDict(extra="forbid")

    uscc: str
    programme: str
    applied_on: date
    passed: bool
    decided_on: date | None = None
    reasons: list[str] = []
    document: str = ""


@router.post("", status_code=201)
def record(home: HouseDep, principal: SignedIn, body: NewOutcome) -> dict[str, Any]:
    """One result; told again it is the same row."""
    given = body.model_dump() | {"uscc": read_uscc(body.uscc), "reasons": tuple(body.reasons)}
    return outcomes.record(home, principal, Outcome(**given))


@router.get("/report")
def report(home: HouseDep, principal: SignedIn) -> dict[str, Any]:
    """Agreement by programme, what disagrees and why."""
    return outcomes.report(home, principal)

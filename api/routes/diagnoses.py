"""Verdicts, calculations and search without a conversation: for pages, scripts and other programs."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Anyone, HouseDep, speaker
from assistant.conversation import checked_text
from assistant.converse import ask
from assistant.diagnose import diagnose
from assistant.recommend import recommend
from assistant.turn.passages import NATIONAL
from knowledge.base.clock import today
from knowledge.companies import EMPTY, check_company, parse_company
from knowledge.policies import calculate
from retrieval import Scope

router = APIRouter(prefix="/api/v1")


class DiagnosisRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    company: dict[str, Any]
    programmes: list[str] = Field(default_factory=list, max_length=50)
    as_of: date | None = None
    region: str | None = None


class CalculationRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    inputs: dict[str, Any] = Field(default_factory=dict)
    as_of: date | None = None


class SearchRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: str
    k: int = Field(default=8, ge=1, le=100)
    as_of: date | None = None
    region: str | None = None


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str
    company: dict[str, Any] | None = None
    as_of: date | None = None
    region: str | None = None


@router.post("/diagnoses")
def diagnoses(home: HouseDep, _principal: Anyone, body: DiagnosisRequest) -> dict[str, Any]:
    """The shape of `qifu diagnose`; nothing is stored."""
    desk, company, when = home.desk, check_company(parse_company(body.company)), body.as_of or today(home.clock)
    found = diagnose(desk.book, company, tuple(body.programmes), when, region=body.region)
    items = recommend(desk.book, desk.catalogue, company, found.verdicts, when, providers=desk.orders.providers)
    value = found.model_dump(mode="json", by_alias=True)
    return value | {"recommendations": [item.model_dump(mode="json") for item in items]}


@router.get("/calculations")
def calculators(home: HouseDep) -> dict[str, Any]:
    return {"rules": [entry.model_dump(mode="json") for entry in home.desk.book.calculators()]}


@router.post("/calculations/{rule_id}")
def calculations(home: HouseDep, _principal: Anyone, rule_id: str, body: CalculationRequest) -> dict[str, Any]:
    result = calculate(home.desk.book, rule_id, body.inputs, body.as_of or today(home.clock))
    return result.model_dump(mode="json")


@router.post("/search")
def search(home: HouseDep, principal: Anyone, body: SearchRequest) -> dict[str, Any]:
    scope = Scope(org_ids=frozenset({NATIONAL, principal.org_id}), audience="client")
    when = body.as_of or today(home.clock)
    found = home.desk.searcher.search(checked_text(body.query, "query"), scope, when, body.region, body.k)
    return found.model_dump(mode="json")


@router.post("/ask")
def answer(home: HouseDep, principal: Anyone, body: Question) -> dict[str, Any]:
    """One question without a conversation: the shape of `qifu ask`."""
    company = check_company(parse_company(body.company)) if body.company is not None else EMPTY
    when = body.as_of or today(home.clock)
    reply = ask(home.desk, speaker(principal), body.question, company=company, as_of=when, region=body.region)
    return reply.model_dump(mode="json")

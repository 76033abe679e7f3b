"""What leaves the rules: verdicts, calculations, questions, with the contract's JSON names."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

Day = date  # `DocumentRef` has a field named `date`, which hides the type inside the class
TaxConfidence = Literal["verified_text", "verified_secondary", "derived", "memory_high", "memory_low"]
Result = Literal["met", "unmet", "unknown", "manual"]


def plain_number(value: object) -> object:
    """Decimals as JSON numbers: whole ones as integers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    return value


Plain = Annotated[Any, PlainSerializer(plain_number, when_used="json")]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class DocumentRef(Frozen):
    """A document of a rule. `clause` is null wherever the facts carry none.

    `date` may be missing only of a reference or of a document that wasn't found (status `reference`, `unknown`).
    """

    doc_no: str
    title: str | None = None
    issuer: str | None = None
    date: str | None = None
    effective: Day | None = None
    url: str | None = None
    status: Literal[
        "in_force", "in_force_partial", "not_yet_in_force", "expired", "repealed", "superseded", "transitional",
        "reference", "unknown",
    ] = "in_force"  # fmt: skip
    clause: str | None = None
    confidence: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _dated(self) -> "DocumentRef":
        if self.date is None and self.status not in ("reference", "unknown"):
            raise ValueError(f"文件 {self.doc_no} 缺少 date")
        return self


class CitedDocument(Frozen):
    doc_no: str
    clause: str | None = None
    url: str | None = None


class ConditionResult(Frozen):
    """One condition: what it needs and what is so, and the smallest change that closes it.

    `actual` is a figure in `unit`, a truth or words; `shown` says it for a person. Members of an either/or share its
    name in `group` and its own result in `group_result`.
    """

    field: str
    label: str
    op: str
    need: str
    actual: Plain = None
    shown: str = "未提供"
    unit: str | None = None
    result: Result
    gap: str | None = None
    group: str | None = None
    group_result: Result | None = None
    document: CitedDocument | None = None
    confidence: str | None = None

    @property
    def blocks(self) -> bool:
        """Unmet, and not made up for by another member of its either/or."""
        return self.result == "unmet" and self.group_result in (None, "unmet")


class ScoreInterval(Frozen):
    low: Plain
    high: Plain
    passing: str = Field(alias="pass")


class NextQuestion(Frozen):
    """`impact` is the share of simulated answers that decide a verdict, 0 to 1."""

    field: str
    question: str
    why: str
    impact: float
    options: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class Verdict(Frozen):
    programme_id: str
    name: str
    verdict: Literal["met", "unmet", "unknown", "not_applicable"]
    ready: bool
    conditions: tuple[ConditionResult, ...]
    score: ScoreInterval | None = None
    missing: tuple[str, ...] = ()
    next_questions: tuple[NextQuestion, ...] = ()
    earliest: date | None = None
    window: str | None = None
    benefits: tuple[str, ...] = ()
    reason: str | None = None


class Used(Frozen):
    """A parameter or table entry that a step used, with the day it holds from and its document where it has its own."""

    name: str
    value: Plain
    valid_from: date | None = None
    document: str | None = None


class CalcStep(Frozen):
    name: str
    expression: str
    value: Plain
    used: tuple[Used, ...] = ()


class Calculation(Frozen):
    """`outputs` holds every name the formula assigns."""

    rule_id: str
    name: str
    as_of: date
    inputs: dict[str, Plain]
    outputs: dict[str, Plain]
    steps: tuple[CalcStep, ...]
    documents: tuple[DocumentRef, ...]
    valid_from: date
    valid_to: date | None = None
    confidence: str = ""
    note: str | None = None

"""What a sentence says, as frozen values."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Said(BaseModel):
    """A fact with the words it came from. Values are in the field's unit (万元, 人, 项, ratio).

    Exactly one of: `value` (exact), `low`/`high` (an interval, None is unbounded), `unknown`, `declined`.
    `period` is set for a part of a year; such a figure never stands in for the year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    year: int | None = None
    period: str | None = None
    value: Decimal | int | bool | str | None = None
    low: Decimal | date | None = None
    high: Decimal | date | None = None
    high_open: bool = False
    unit: str = ""
    unknown: bool = False
    declined: bool = False
    text: str = ""


class Entities(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str | None = None
    region: str | None = None
    programmes: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()


class Intent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    confidence: float


class Understanding(BaseModel):
    """One client sentence, read without a model. `others` are further intents of the same message, in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    intent: Intent
    others: tuple[Intent, ...] = ()
    facts: tuple[Said, ...] = ()
    entities: Entities = Entities()

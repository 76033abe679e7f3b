"""What a conversation remembers between turns: one frozen value, stored as JSON on the conversation's row."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Asked(BaseModel):
    """The question that is open: its fields, its words, and why it was asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: tuple[str, ...]
    question: str
    why: str = ""
    options: tuple[str, ...] = ()


class Offer(BaseModel):
    """A quote that waits for the client's yes. `sha256` is of what was shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quote_id: str
    version: int
    service_id: str
    service_name: str
    sha256: str


class Spoken(BaseModel):
    """A fact as last said, so that 不对，是3500万 finds what it corrects."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    year: int | None = None


class Dialog(BaseModel):
    """`asked_before` holds every field ever asked: a question is never put twice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_programmes: tuple[str, ...] = ()
    topic_service: str | None = None
    topic_step: int | None = None  # of that service: what 这步 and 下一步 point at
    topic_title: str | None = None  # of the text last quoted: what 这个 and 那 point at
    last_question: str | None = None
    last_calculation: dict[str, Any] | None = None
    asked: Asked | None = None
    asked_before: tuple[str, ...] = ()
    diagnosing: bool = False
    spoken: tuple[Spoken, ...] = ()
    offer: Offer | None = None
    orders: tuple[str, ...] = ()
    confirmed: bool = False
    thin_evidence: int = 0
    diagnosis_ids: tuple[str, ...] = ()
    evidence_ids: tuple[str, ...] = ()

    def change(self, changes: dict[str, Any]) -> "Dialog":
        return self.model_copy(update=changes)

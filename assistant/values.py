"""What crosses the assistant's border: citations and replies, with the contract's JSON names."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Outcome = Literal["answered", "need_info", "declined", "handoff"]
Action = Literal["ask", "confirm_order", "order_created", "handoff", "declined"]


class Citation(BaseModel):
    """A source of the reply. `clause` is null wherever the knowledge carries none; it is never written from memory."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    marker: str
    document_id: str
    title: str
    doc_no: str | None
    issuer: str | None
    region: str | None
    clause: str | None
    effective_from: date | None
    effective_to: date | None
    status: str
    quote: str
    url: str | None


class Reply(BaseModel):
    """One answer, as `qifu ask` prints it; `action`, `cards` and the ids are those of a conversation's turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    as_of: date
    region: str | None
    outcome: Outcome
    reason: str | None = None
    answer: str
    citations: tuple[Citation, ...] = ()
    computed: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    services: tuple[dict[str, Any], ...] = ()
    timings_ms: dict[str, float] = {}
    action: Action | None = None
    cards: tuple[dict[str, Any], ...] = ()
    conversation_id: str | None = None
    message_id: str | None = None
    order_id: str | None = None

"""A statement and what it rests on, before it becomes prose."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assistant.values import Action, Outcome


@dataclass(frozen=True)
class Source:
    """A passage or a rule's document. `key` tells two sources apart; `quote` is what the statement must agree with."""

    key: str
    document_id: str
    title: str
    doc_no: str | None
    quote: str
    issuer: str | None = None
    region: str | None = None
    clause: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    status: str = "in_force"
    url: str | None = None


@dataclass(frozen=True)
class Statement:
    """One sentence or table. Its figures must occur in its sources' quotes or in `grounds` (facts, computed values)."""

    text: str
    sources: tuple[Source, ...] = ()
    grounds: tuple[str, ...] = ()
    prose: bool = True  # False: already Markdown (a table or list); no full stop is added
    free: bool = False  # worded by somebody else (a model): its meaning is held against the sources too


@dataclass(frozen=True)
class Part:
    """What one intent contributes to the reply."""

    statements: tuple[Statement, ...] = ()
    outcome: Outcome = "answered"
    reason: str | None = None
    computed: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    services: tuple[dict[str, Any], ...] = ()
    cards: tuple[dict[str, Any], ...] = ()
    action: Action | None = None
    order_id: str | None = None
    resumed: bool = False  # an earlier question put again: what else was said decides the outcome
    dialog: dict[str, Any] = field(default_factory=dict)  # changes to the dialog state


def say(text: str, *sources: Source, grounds: Iterable[object] = ()) -> Statement:
    return Statement(text, tuple(sources), tuple(str(ground) for ground in grounds))

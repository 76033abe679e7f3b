"""What a turn carries from step to step: everything is a frozen value, each step returns what it changes."""

from datetime import date
from typing import Any, TypedDict

from assistant.compose.statement import Part
from assistant.dialog import Dialog
from assistant.speaker import Speaker
from assistant.understand.values import Said, Understanding
from assistant.values import Reply
from knowledge.companies.company import Company


class TurnState(TypedDict):
    """`queue` holds the intents still to handle; `parts` what those handled have contributed."""

    text: str
    question: str  # the standalone form: follow-ups resolved from the dialog
    as_of: date
    region: str | None
    speaker: Speaker
    company: Company
    dialog: Dialog
    conversation_id: str | None
    key: str
    understanding: Understanding | None
    said: tuple[Said, ...]
    queue: tuple[str, ...]
    parts: tuple[Part, ...]
    reply: Reply | None


Change = dict[str, Any]

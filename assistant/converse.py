"""One message of a conversation: read in a short transaction, thought about in none, stored in another.

The same key gives the first reply. When another message of the conversation was stored meanwhile, the turn is thought
about again with what it changed; orders are keyed, so that nothing happens twice.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from assistant.conversation import Conversation, append_turn, checked_text, first_reply, load_conversation
from assistant.desk import Desk
from assistant.dialog import Dialog
from assistant.speaker import Speaker
from assistant.turn.facts import company_facts
from assistant.turn.graph import run_turn
from assistant.turn.state import TurnState
from assistant.values import Reply
from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.errors import Conflict
from knowledge.base.ids import new_id
from knowledge.base.tenancy import TenantSession
from knowledge.companies.company import Company
from knowledge.companies.store import load_profile, record_facts
from knowledge.upkeep.unanswered import Asked, note

TRIES = 4


def converse(
    desk: Desk,
    database: Database,
    speaker: Speaker,
    conversation_id: str,
    text: str,
    *,
    key: str,
    as_of: date,
    region: str | None = None,
    status: Callable[[str], None] = lambda _words: None,
) -> Reply:
    """Raises `Missing` for a conversation that isn't the speaker's, `Conflict` for a key used with other words."""
    text = checked_text(text)
    for _ in range(TRIES):
        with database.read() as work:
            session = work.session(speaker.org_id)
            conversation = load_conversation(session, speaker, conversation_id)
            stored = first_reply(session, conversation.id, key, text)
            if stored is not None:
                return stored
            company = load_profile(session, conversation.company_id)
        speaker = replace(speaker, role=conversation.role)
        final, reply = think(desk, speaker, conversation, company, text, key, as_of, region, status)
        with database.work() as work:
            session = work.session(speaker.org_id)
            stored = first_reply(session, conversation.id, key, text)
            if stored is not None:
                return stored
            if append_turn(session, conversation, text, reply, final["dialog"], key, desk.clock):
                keep_gap(session, speaker, reply, desk.clock, hide=(company.name, speaker.name))
                facts = company_facts(final["said"], as_of)
                if facts:
                    record_facts(session, conversation.company_id, facts, speaker.subject, desk.clock)
                return reply
    raise Conflict("这段对话正在处理别的消息，请稍等一秒再发。")


def think(
    desk: Desk,
    speaker: Speaker,
    conversation: Conversation | None,
    company: Company,
    text: str,
    key: str,
    as_of: date,
    region: str | None,
    status: Callable[[str], None],
) -> tuple[TurnState, Reply]:
    """Run the turn; nothing is stored but what a quote or a confirmation stores under its own key."""
    started = time.perf_counter()
    state: TurnState = {
        "text": text,
        "question": text,
        "as_of": as_of,
        "region": region or (conversation.region if conversation else None) or company.region,
        "speaker": speaker,
        "company": company,
        "dialog": conversation.dialog if conversation else Dialog(),
        "conversation_id": conversation.id if conversation else None,
        "key": key,
        "understanding": None,
        "said": (),
        "queue": (),
        "parts": (),
        "reply": None,
    }
    final = state
    for kind, value in run_turn(desk, state):
        if kind == "status":
            status(value)
        else:
            final = value
    reply = final["reply"]
    assert reply is not None
    reply = reply.model_copy(
        update={
            "timings_ms": {"total": round((time.perf_counter() - started) * 1000, 1)},
            "conversation_id": conversation.id if conversation else None,
            "message_id": new_id() if conversation else None,
        }
    )
    return final, reply


def keep_gap(session: TenantSession, speaker: Speaker, reply: Reply, clock: Clock, hide: Iterable[str] = ()) -> None:
    """Put what nobody could answer into the queue, and close there what is answered now."""
    article = reply.citations[0].document_id if reply.citations else None
    asked = Asked(reply.question, reply.outcome, reply.reason, article, speaker.role, reply.region)
    note(session, asked, clock.now(), hide)


def ask(
    desk: Desk,
    speaker: Speaker,
    question: str,
    *,
    company: Company,
    as_of: date,
    region: str | None = None,
) -> Reply:
    """One question without a conversation: nothing is stored and nothing can be ordered."""
    alone = Speaker(speaker.subject, speaker.name, speaker.org_id, "visitor", ("visitor",), speaker.role)
    return think(
        desk, alone, None, company, checked_text(question, "question"), new_id(), as_of, region, lambda _: None
    )[1]

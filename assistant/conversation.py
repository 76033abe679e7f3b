"""Conversations in tables: opened, read and appended to by the one who opened them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select, update

from assistant.dialog import Dialog
from assistant.speaker import Speaker
from assistant.tables import ConversationRow, MessageRow
from assistant.values import Reply
from knowledge.base.clock import Clock
from knowledge.base.errors import BadInput, Conflict, Missing
from knowledge.base.ids import digest, new_id
from knowledge.base.tenancy import TenantSession

LONGEST = 4000  # characters of one message


@dataclass(frozen=True)
class Conversation:
    id: str
    company_id: str
    title: str
    role: str
    region: str | None
    mode: str
    dialog: Dialog
    version: int


@dataclass(frozen=True)
class Line:
    """One message as shown: `author` is user, assistant or staff."""

    message_id: str
    author: str
    text: str
    at: str
    reply: dict[str, Any] | None


def open_conversation(
    session: TenantSession, speaker: Speaker, clock: Clock, *, region: str | None = None, company_id: str | None = None
) -> str:
    """A new conversation; a client's own company is its subject, everyone else gets a company of its own."""
    identifier = new_id()
    company = company_id or (speaker.org_id if speaker.org_kind == "client" else identifier)
    session.add(
        ConversationRow(
            id=identifier,
            org_id=speaker.org_id,
            subject=speaker.subject,
            company_id=company,
            role=speaker.role,
            region=region,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
    )
    session.flush()
    return identifier


def load_conversation(session: TenantSession, speaker: Speaker, identifier: str) -> Conversation:
    """Raises `Missing` for what isn't there and for what is somebody else's, alike."""
    row = session.exec(select(ConversationRow).where(ConversationRow.id == identifier)).first()
    if row is None or row.subject != speaker.subject:
        raise Missing("没有找到这段对话；它可能属于别的账号。请从“我的对话”里打开，或新建一段。")
    session.refresh(row)
    dialog = Dialog.model_validate(row.dialog)
    return Conversation(row.id, row.company_id, row.title, row.role, row.region, row.mode, dialog, row.version)


def list_conversations(session: TenantSession, speaker: Speaker) -> tuple[dict[str, str], ...]:
    rows = session.exec(
        select(ConversationRow)
        .where(ConversationRow.subject == speaker.subject)
        .order_by(col(ConversationRow.updated_at).desc())
        .limit(100)
    )
    return tuple(
        {"id": row.id, "title": row.title or "新对话", "updated_at": row.updated_at.isoformat()} for row in rows
    )


def read_lines(session: TenantSession, identifier: str) -> tuple[Line, ...]:
    rows = session.exec(
        select(MessageRow).where(MessageRow.conversation_id == identifier).order_by(col(MessageRow.seq))
    )
    return tuple(Line(row.id, row.author, row.text, row.at.isoformat(), row.reply) for row in rows)


def first_reply(session: TenantSession, identifier: str, key: str, text: str) -> Reply | None:
    """The reply once given under this key. The same key with other words is a conflict."""
    row = session.exec(
        select(MessageRow).where(MessageRow.conversation_id == identifier, MessageRow.key == f"{key}:a")
    ).first()
    if row is None or row.reply is None:
        return None
    if row.input_hash != digest(text):
        raise Conflict("这个 Idempotency-Key 已用于另一句话；换一个新的 Key 再发。", field="Idempotency-Key")
    return Reply.model_validate(row.reply)


def checked_text(text: object, field: str = "text") -> str:
    """The message itself: a non-empty text of at most 4,000 characters. `field` is what the sender calls it."""
    if not isinstance(text, str):
        raise BadInput(f'{field}：应为一段文字，例如 {{"{field}": "高企要什么条件？"}}。', field=field)
    if not text.strip():
        raise BadInput(f"{field}：消息是空的，请输入要问的话。", field=field)
    if len(text) > LONGEST:
        raise BadInput(f"{field}：消息有 {len(text)} 字，最多 {LONGEST} 字；长材料请作为文件上传。", field=field)
    return text


def append_turn(
    session: TenantSession,
    conversation: Conversation,
    text: str,
    reply: Reply,
    dialog: Dialog,
    key: str,
    clock: Clock,
) -> bool:
    """Store one turn. False when another turn was stored since `conversation` was read: nothing is written then."""
    title = conversation.title or text.strip()[:40]
    changed = session.exec(
        update(ConversationRow)
        .where(col(ConversationRow.id) == conversation.id, col(ConversationRow.version) == conversation.version)
        .values(
            version=conversation.version + 1,
            dialog=dialog.model_dump(mode="json"),
            title=title,
            updated_at=clock.now(),
        )
    )
    if changed.rowcount != 1:
        return False
    lines: Sequence[tuple[str, str, str, dict[str, Any] | None]] = (
        (new_id(), "user", text, None),
        (str(reply.message_id), "assistant", reply.answer, reply.model_dump(mode="json")),
    )
    for offset, (identifier, author, words, stored) in enumerate(lines):
        session.add(
            MessageRow(
                id=identifier,
                org_id=session.org_id,
                conversation_id=conversation.id,
                seq=conversation.version * 2 + offset,
                author=author,
                text=words,
                key=f"{key}:{'u' if author == 'user' else 'a'}",
                input_hash=digest(text),
                reply=stored,
                at=clock.now(),
            )
        )
    session.flush()
    return True

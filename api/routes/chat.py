"""Conversations: the same reply as JSON or as a resumable stream of events."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict

from api import problems, sse
from api.deps import Anyone, HouseDep, speaker
from api.principal import issue_token
from assistant.conversation import list_conversations, load_conversation, open_conversation, read_lines
from assistant.converse import converse
from assistant.values import Reply
from knowledge.base.clock import today
from knowledge.base.errors import BadInput, QifuError
from knowledge.base.ids import new_id

router = APIRouter(prefix="/api/v1")
KEY_LENGTH = 64


class NewConversation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    region: str | None = None
    role: str = "client"


class NewMessage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str
    as_of: date | None = None


@router.get("/conversations")
def conversations(home: HouseDep, principal: Anyone) -> dict[str, Any]:
    with home.database.read() as work:
        return {"items": list_conversations(work.session(principal.org_id), speaker(principal))}


@router.post("/conversations", status_code=201)
def create(home: HouseDep, principal: Anyone, body: NewConversation | None = None) -> dict[str, Any]:
    asked = body or NewConversation()
    if asked.role not in ("client", "sales", "channel"):
        raise BadInput("role：应为 client、sales 或 channel。", field="role")
    with home.database.work() as work:
        who = speaker(principal, asked.role)
        identifier = open_conversation(work.session(principal.org_id), who, home.clock, region=asked.region)
    if "visitor" in principal.roles:
        # Whoever came without a token gets the one that opens this conversation again.
        value, life = issue_token(principal, home.signing_key, home.clock)
        return {"id": identifier, "access_token": value, "token_type": "bearer", "expires_in": life}
    return {"id": identifier}


@router.get("/conversations/{identifier}")
def read(home: HouseDep, principal: Anyone, identifier: str) -> dict[str, Any]:
    with home.database.read() as work:
        session = work.session(principal.org_id)
        found = load_conversation(session, speaker(principal), identifier)
        messages = [
            {"message_id": line.message_id, "role": line.author, "text": line.text, "at": line.at, "reply": line.reply}
            for line in read_lines(session, identifier)
        ]
    return {"id": found.id, "title": found.title, "mode": found.mode, "messages": messages}


@router.post("/conversations/{identifier}/messages", response_model=None)
async def send(
    request: Request,
    home: HouseDep,
    principal: Anyone,
    identifier: str,
    body: NewMessage,
    idempotency_key: Annotated[str | None, Header()] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """One turn. With `Accept: text/event-stream` as events, resumed by the same key and `Last-Event-ID`."""
    if idempotency_key is not None and not 0 < len(idempotency_key) <= KEY_LENGTH:
        raise BadInput(f"Idempotency-Key：1 到 {KEY_LENGTH} 个字符。", field="Idempotency-Key")
    key = idempotency_key or new_id()
    as_of = body.as_of or today(home.clock)

    def work(tell: Callable[[str], None] = lambda _words: None) -> Reply:
        who = speaker(principal)
        return converse(home.desk, home.database, who, identifier, body.text, key=key, as_of=as_of, status=tell)

    if "text/event-stream" not in request.headers.get("accept", ""):
        reply = await asyncio.to_thread(work)
        return JSONResponse(reply.model_dump(mode="json"))

    def problem(error: QifuError) -> dict[str, Any]:
        return problems.body(error.kind, error.message, error.field, request)

    events = sse.stream(work, problem, last_event_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)

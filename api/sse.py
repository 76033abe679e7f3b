"""Server-sent events with ids, heartbeats and resumption; each reply can be told again from its stored form."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from assistant.values import Reply
from knowledge.base.errors import QifuError

HEARTBEAT_S = 10.0
SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]+(?:\[\d+\])*|[^。！？\n]+$")

Event = tuple[str, dict[str, Any]]


def reply_events(reply: Reply) -> list[Event]:
    """The events that tell a reply: its sentences, its citations, its cards, and the whole."""
    events: list[Event] = [("token", {"text": part}) for part in SENTENCE.findall(reply.answer) if part]
    whole = reply.model_dump(mode="json")
    events.append(("citations", {"citations": whole["citations"]}))
    events += [("card", card) for card in whole["cards"]]
    events.append(("done", whole))
    return events


def encode(event: str, data: dict[str, Any], identifier: str) -> str:
    return f"id: {identifier}\nevent: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def stream(
    answer: Callable[[], Awaitable[Reply]], problem: Callable[[QifuError], dict[str, Any]], after: str | None
) -> AsyncIterator[str]:
    """`answer` gives the reply (the stored one for a repeated key); events up to the id `after` are left out.

    Ids are `<message_id>:<n>`; a heartbeat comment is sent while the answer is being worked out.
    """
    yield encode("status", {"text": "正在查找依据…"}, "0:0")
    task = asyncio.ensure_future(answer())
    while not task.done():
        await asyncio.wait({task}, timeout=HEARTBEAT_S)
        if not task.done():
            yield ": hb\n\n"
    try:
        reply = task.result()
    except QifuError as error:
        yield encode("error", problem(error), "0:1")
        return
    seen = _position(after, str(reply.message_id))
    for number, (name, data) in enumerate(reply_events(reply), start=1):
        if number > seen:
            yield encode(name, data, f"{reply.message_id}:{number}")


def _position(after: str | None, message_id: str) -> int:
    if not after or ":" not in after:
        return 0
    message, _, number = after.rpartition(":")
    return int(number) if message == message_id and number.isdigit() else 0

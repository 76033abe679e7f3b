"""Server-sent events with ids, heartbeats and resumption; each reply can be told again from its stored form."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import structlog

from assistant.values import Reply
from knowledge.base.errors import Fault, QifuError

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
    answer: Callable[[Callable[[str], None]], Reply],
    problem: Callable[[QifuError], dict[str, Any]],
    after: str | None,
) -> AsyncIterator[str]:
    """`answer` gives the reply (the stored one for a repeated key) in a worker thread and may tell what it is doing;
    events up to the id `after` are left out. Ids are `<message_id>:<n>`, those of the progress before it `0:<n>`; a
    heartbeat comment is sent while nothing else is.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[str] = asyncio.Queue()

    def tell(words: str) -> None:
        loop.call_soon_threadsafe(told.put_nowait, words)

    task = asyncio.ensure_future(asyncio.to_thread(answer, tell))
    number = 0
    yield encode("status", {"text": "正在理解你的问题…"}, f"0:{number}")
    async for words in _progress(task, told):
        if words is None:
            yield ": hb\n\n"
        else:
            number += 1
            yield encode("status", {"text": words}, f"0:{number}")
    try:
        reply = task.result()
    except QifuError as error:
        yield encode("error", problem(error), f"0:{number + 1}")
        return
    except Exception as error:  # the stream has begun, so the handlers of `api.problems` can't answer any more
        structlog.get_logger().error("fault", error=repr(error), exc_info=error)
        yield encode("error", problem(Fault("服务内部出错，已记录；请稍后再试。")), f"0:{number + 1}")
        return
    seen = _position(after, str(reply.message_id))
    for position, (name, data) in enumerate(reply_events(reply), start=1):
        if position > seen:
            yield encode(name, data, f"{reply.message_id}:{position}")


async def _progress(task: asyncio.Future[Reply], told: asyncio.Queue[str]) -> AsyncIterator[str | None]:
    """What the task says it is doing, until it is done; None when a heartbeat is due."""
    while not task.done():
        getter = asyncio.ensure_future(told.get())
        both: set[asyncio.Future[Any]] = {task, getter}
        done, _ = await asyncio.wait(both, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
        if getter in done:
            yield getter.result()
        else:
            getter.cancel()
            if not done:
                yield None


def _position(after: str | None, message_id: str) -> int:
    if not after or ":" not in after:
        return 0
    message, _, number = after.rpartition(":")
    return int(number) if message == message_id and number.isdigit() else 0

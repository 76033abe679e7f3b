"""Repeated requests: the same key and input gives the first answer, the same key with other input is a conflict."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from knowledge.base.errors import Conflict
from knowledge.base.ids import digest
from workflows.tables.trail import IdempotencyRow

T = TypeVar("T", bound=BaseModel)


def once(
    work: Work, org_id: str, key: str, request: object, answer: type[T], produce: Callable[[], T], clock: Clock
) -> T:
    """`produce`'s answer, stored under the organisation's key in the transaction that did the work."""
    session, input_hash = work.session(org_id), digest(request)
    found = session.exec(
        select(IdempotencyRow).where(IdempotencyRow.org_id == org_id, IdempotencyRow.key == key)
    ).first()
    if found is not None:
        if found.input_hash != input_hash:
            raise Conflict("这个 Idempotency-Key 已用于内容不同的请求；新操作请换一个键。", field="Idempotency-Key")
        return answer.model_validate(found.response)
    made = produce()
    session.add(
        IdempotencyRow(
            org_id=org_id,
            key=key,
            input_hash=input_hash,
            response=made.model_dump(mode="json"),
            created_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError:  # only where writers don't queue: another transaction took the key meanwhile
        raise Conflict("同一个 Idempotency-Key 的请求正在处理；请稍后用它重试。", field="Idempotency-Key") from None
    return made

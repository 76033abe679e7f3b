"""The client's word on the service, once; it joins the executor's record, by which later orders are dispatched."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from knowledge.base.clock import today
from workflows import outbox, timers, trace
from workflows.case import Case
from workflows.tables.closing import EvaluationRow
from workflows.tables.network import RecordRow

DAYS = 14  # after that the order closes without an evaluation


def ask(case: Case, acceptance_id: str) -> EvaluationRow:
    """Open the evaluation and enter the finished job in the executor's record."""
    work, clock = case.doing.work, case.doing.clock
    now = clock.now()
    row = EvaluationRow(
        id=f"{case.id}-e",
        org_id=case.order.client_org,
        state="open",
        created_at=now,
        updated_at=now,
        order_id=case.id,
        seller_org=case.order.org_id,
    )
    case.create(row)
    key = f"lapse:{row.id}"
    timers.set_timer(work, key, "evaluation_lapse", row.org_id, row.id, now + timedelta(days=DAYS))
    known = (case.order.org_id, case.order.client_org)
    trace.link(work, known, ("acceptance", acceptance_id), ("evaluation", row.id), clock)
    outbox.tell(work, row.org_id, "evaluate", case.id, clock)
    job, record = case.job(), _record(case)
    record.jobs += 1
    record.on_time += job is not None and today(clock) <= job.due_on
    case.executor.flush()
    return row


def give(case: Case, row: EvaluationRow, body: dict[str, Any]) -> None:
    row.score, row.text = int(body["score"]), body.get("text")
    case.move(row, "give", detail=f"{row.score} 分")
    timers.cancel(case.doing.work, row.id)
    record = _record(case)
    record.ratings += 1
    record.rating_sum += row.score
    case.executor.flush()
    case.follow(case.order, "close")


def lapse(case: Case, row: EvaluationRow) -> None:
    case.move(row, "lapse")
    case.follow(case.order, "close")


def _record(case: Case) -> RecordRow:
    session, service_id = case.executor, case.order.service_id
    row = session.exec(select(RecordRow).where(RecordRow.service_id == service_id)).first()
    if row is None:
        row = RecordRow(id=f"{session.org_id}:{service_id}", org_id=session.org_id, service_id=service_id)
        session.add(row)
        session.flush()
    return row

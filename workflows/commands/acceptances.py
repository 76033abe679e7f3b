"""The client's yes or no to the delivered work, or its silence after reminders; a yes settles the order."""

from typing import Any

from knowledge.base.calendar import add_workdays
from knowledge.base.clock import today
from workflows import outbox, timers, trace
from workflows.case import Case
from workflows.commands import evaluations
from workflows.settlement import settle
from workflows.tables.closing import AcceptanceRow
from workflows.tables.executing import OfferRow

WORKDAYS = 10  # the client's time to accept; silence counts as a yes
REMINDERS = (5, 8)  # workdays after the request


def ask(case: Case) -> AcceptanceRow:
    """Ask the client; reminders and the day on which silence counts are set."""
    from workflows.composing import latest

    work, clock = case.doing.work, case.doing.clock
    now, day = clock.now(), today(clock)
    last = latest(case, AcceptanceRow)
    number = int(last.id.rsplit("-a", 1)[1]) + 1 if last else 1
    row = AcceptanceRow(
        id=f"{case.id}-a{number:02}",
        org_id=case.order.client_org,
        state="requested",
        created_at=now,
        updated_at=now,
        order_id=case.id,
        seller_org=case.order.org_id,
        due_on=add_workdays(day, WORKDAYS),
    )
    case.create(row)
    for turn, days in enumerate(REMINDERS, 1):
        when = timers.end_of(add_workdays(day, days))
        timers.set_timer(work, f"remind:{row.id}:{turn}", "acceptance_reminder", row.org_id, row.id, when)
    timers.set_timer(work, f"deem:{row.id}", "acceptance_deemed", row.org_id, row.id, timers.end_of(row.due_on))
    job = case.job()
    assert job is not None
    for known in {case.order.org_id, case.order.client_org, job.org_id}:
        trace.link(work, (known,), ("job", job.id), ("acceptance", row.id), clock)
    outbox.tell(work, row.org_id, "delivered", case.id, clock)
    return row


def accept(case: Case, row: AcceptanceRow, _body: dict[str, Any]) -> None:
    _done(case, row, "accept")


def deem(case: Case, row: AcceptanceRow) -> None:
    _done(case, row, "deem")


def reject(case: Case, row: AcceptanceRow, body: dict[str, Any]) -> None:
    """Back to work: the last step is opened again, and the client will be asked anew."""
    job, steps = case.job(), case.steps()
    assert job is not None
    row.reason, row.decided_at = str(body["reason"]), case.doing.clock.now()
    case.move(row, "reject", detail=row.reason)
    timers.cancel(case.doing.work, row.id)
    job.reworks += 1
    case.follow(case.order, "reopen")
    case.follow(job, "return", detail="客户验收未通过")
    case.follow(steps[-1], "redo", detail="客户验收未通过")
    for org_id in {job.org_id, case.order.org_id}:
        outbox.tell(case.doing.work, org_id, "rework", case.id, case.doing.clock)


def _done(case: Case, row: AcceptanceRow, command: str) -> None:
    row.decided_at = case.doing.clock.now()
    case.move(row, command)
    timers.cancel(case.doing.work, row.id)
    case.follow(case.order, "complete")
    settle(case, row.id)
    _complete_offer(case)
    evaluations.ask(case, row.id)
    for org_id in dict.fromkeys((case.order.org_id, case.order.executor_org or case.order.org_id)):
        outbox.tell(case.doing.work, org_id, "accepted", case.id, case.doing.clock)


def _complete_offer(case: Case) -> None:
    taken: list[OfferRow] = [offer for offer in case.offers() if offer.state == "accepted"]
    for offer in taken:
        case.follow(offer, "complete")

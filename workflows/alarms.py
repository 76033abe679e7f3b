"""What each kind of timer does when it fires. A subject that has moved on is left alone."""

from collections.abc import Callable

from knowledge.base.clock import Clock
from knowledge.base.db import Work
from workflows import events, handover, outbox, quoting
from workflows.actor import system
from workflows.case import Case, load_as_system, order_of
from workflows.commands import acceptances, evaluations, offers
from workflows.doing import Doing
from workflows.states import SYSTEM
from workflows.tables.closing import AcceptanceRow, EvaluationRow
from workflows.tables.executing import OfferRow, StepRow
from workflows.tables.selling import ClientQuoteRow, QuoteRow

Alarm = Callable[[Work, str, str, Clock], None]


def quote_expiry(work: Work, owner: str, quote_id: str, clock: Clock) -> None:
    quote = work.session(owner).get(QuoteRow, quote_id)
    if quote is None:
        return
    events.lock(work, (owner, quote.client_org))
    if quote.state != "sent":
        return
    copy = work.session(quote.client_org).get(ClientQuoteRow, quote_id)
    assert copy is not None  # made in one transaction with the quote
    quoting.move_both(Doing(work, system(owner), clock, frozenset({SYSTEM})), quote, copy, "expire")


def offer_expiry(work: Work, owner: str, offer_id: str, clock: Clock) -> None:
    case = _case(work, owner, offer_id, clock)
    offer = case.seller.get(OfferRow, offer_id)
    if offer is not None and offer.state == "open":
        offers.expire(case, offer)
        handover.publish(case)


def acceptance_reminder(work: Work, owner: str, acceptance_id: str, clock: Clock) -> None:
    row = work.session(owner).get(AcceptanceRow, acceptance_id)
    if row is not None and row.state == "requested":
        outbox.tell(work, owner, "remind", row.order_id, clock)


def acceptance_deemed(work: Work, owner: str, acceptance_id: str, clock: Clock) -> None:
    case = _case(work, owner, acceptance_id, clock)
    row = case.client.get(AcceptanceRow, acceptance_id)
    if row is not None and row.state == "requested":
        acceptances.deem(case, row)
        handover.publish(case)


def evaluation_lapse(work: Work, owner: str, evaluation_id: str, clock: Clock) -> None:
    case = _case(work, owner, evaluation_id, clock)
    row = case.client.get(EvaluationRow, evaluation_id)
    if row is not None and row.state == "open":
        evaluations.lapse(case, row)
        handover.publish(case)


def step_sla(work: Work, owner: str, step_id: str, clock: Clock) -> None:
    """The step's last day is over: it is marked late, and both the executor and the seller are told."""
    case = _case(work, owner, step_id, clock)
    row = case.executor.get(StepRow, step_id)
    if row is None or row.state not in ("todo", "doing"):
        return
    row.late = True
    what = events.What("step", row.id, "overdue", row.state, row.state, case.id, f"第 {row.no} 步已逾期")
    events.append(case.doing, row.org_id, what)
    for org_id in dict.fromkeys((row.org_id, case.order.org_id)):
        outbox.tell(work, org_id, "overdue", case.id, clock)
    handover.publish(case)


def _case(work: Work, owner: str, subject_id: str, clock: Clock) -> Case:
    return load_as_system(work, owner, order_of(subject_id), clock)


ALARMS: dict[str, Alarm] = {
    "quote_expiry": quote_expiry,
    "offer_expiry": offer_expiry,
    "acceptance_reminder": acceptance_reminder,
    "acceptance_deemed": acceptance_deemed,
    "evaluation_lapse": evaluation_lapse,
    "step_sla": step_sla,
}

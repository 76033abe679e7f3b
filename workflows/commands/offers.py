"""The work offered to one organisation at the price the frozen agreement leaves it. One offer is open at a time."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from knowledge.base.clock import today
from knowledge.base.errors import GuardFailed
from knowledge.base.ids import new_id
from workflows import outbox, timers, trace
from workflows.case import Case
from workflows.commands import jobs
from workflows.dispatch_rule import rule_on
from workflows.settlement import executor_price
from workflows.tables.executing import DispatchRow, OfferRow
from workflows.tables.orders import PartnerJobRow


def open_offer(case: Case, dispatch: DispatchRow) -> OfferRow:
    """Draft, open, start the clock, and give the organisation its own row of the order."""
    assert dispatch.executor_org is not None
    now = case.doing.clock.now()
    expires = now + timedelta(hours=rule_on(today(case.doing.clock)).offer_hours)
    offer = OfferRow(
        id=f"{case.id}-o{new_id()[-8:]}",
        org_id=case.order.org_id,
        state="draft",
        created_at=now,
        updated_at=now,
        order_id=case.id,
        dispatch_id=dispatch.id,
        executor_org=dispatch.executor_org,
        price_fen=executor_price(case, dispatch.executor_org),
        expires_at=expires,
    )
    case.create(offer)
    case.follow(offer, "open")
    _hand_over(case, offer)
    work, clock = case.doing.work, case.doing.clock
    timers.set_timer(work, f"offer_expiry:{offer.id}", "offer_expiry", offer.org_id, offer.id, expires)
    trace.link(work, (offer.org_id,), ("dispatch", dispatch.id), ("offer", offer.id), clock)
    outbox.tell(work, offer.executor_org, "offered", case.id, clock)
    return offer


def accept(case: Case, row: OfferRow, _body: dict[str, Any]) -> None:
    """The first to accept has it; the work may not be handed on."""
    if case.doing.clock.now() >= row.expires_at:
        reason = f"要约有效至 {row.expires_at.isoformat()}，已过期"
        raise GuardFailed(f"{reason}；请等待签约方重新派单。", reasons=(reason,))
    case.move(row, "accept")
    timers.cancel(case.doing.work, row.id)
    jobs.begin(case, row.executor_org, ("offer", row.id), subcontracted=True)
    outbox.tell(case.doing.work, case.order.org_id, "taken", case.id, case.doing.clock)


def decline(case: Case, row: OfferRow, body: dict[str, Any]) -> None:
    _end(case, row, "decline", body.get("reason"))


def withdraw(case: Case, row: OfferRow, body: dict[str, Any]) -> None:
    _end(case, row, "withdraw", body.get("reason"))


def expire(case: Case, row: OfferRow) -> None:
    _end(case, row, "expire", None)


def _end(case: Case, row: OfferRow, command: str, reason: str | None) -> None:
    from workflows.commands.dispatches import lost

    case.move(row, command, detail=reason)
    timers.cancel(case.doing.work, row.id)
    lost(case)


def _hand_over(case: Case, offer: OfferRow) -> None:
    """The receiver's own row, made once for an order; a later offer takes it up again."""
    session, now = case.doing.session(offer.executor_org), case.doing.clock.now()
    known = session.exec(
        select(PartnerJobRow).where(PartnerJobRow.id == case.id, PartnerJobRow.org_id == offer.executor_org)
    ).first()
    if known is not None:
        known.offer_id = offer.id
        session.flush()
        return
    case.create(
        PartnerJobRow(
            id=case.id,
            org_id=offer.executor_org,
            state="dispatching",
            created_at=now,
            updated_at=now,
            seller_org=case.order.org_id,
            offer_id=offer.id,
        )
    )

"""Money for an order: a bank slip recorded by the seller's finance, or credit terms agreed beforehand."""

from typing import Any

from sqlmodel import select

from knowledge.base.errors import Conflict, GuardFailed
from knowledge.base.money import yuan
from workflows import network, outbox, trace
from workflows.case import Case
from workflows.commands.dispatches import propose
from workflows.money import split
from workflows.tables.selling import ContractRow, PaymentRow


def capture(case: Case, row: PaymentRow, body: dict[str, Any]) -> None:
    """A slip must be for the instalment due, or for all that is still open; each slip counts once."""
    amount, reference = int(body["amount_fen"]), str(body["reference"])
    covered = _covered(case, row, amount)
    used = case.seller.exec(select(PaymentRow.id).where(PaymentRow.reference == reference)).first()
    if used is not None:
        raise Conflict(f"银行流水号 {reference} 已登记过，不能重复入账；请核对流水号。", field="reference")
    row.reference = reference
    for one in covered:
        one.paid_fen, one.captured_at = one.due_fen, case.doing.clock.now()
        case.move(one, "capture", detail=f"{yuan(one.due_fen)} 元，流水号 {reference}")
    posted = split.receive(
        case.seller,
        order_id=case.id,
        gross_fen=amount,
        fee_fen=0,
        provider_ref=reference,
        key=f"receive:{row.id}",
        actor=case.doing.actor.user_id,
        clock=case.doing.clock,
        billed_client=case.order.client_org if case.order.credit else None,
    )
    seller, work, clock = (case.order.org_id,), case.doing.work, case.doing.clock
    trace.link(work, seller, ("order", case.id), ("payment", row.id), clock)
    trace.link(work, seller, ("payment", row.id), ("journal", posted.journal_id), clock)
    if case.order.state == "created":
        case.follow(case.order, "fund")
        _begin(case)


def _covered(case: Case, row: PaymentRow, amount: int) -> list[PaymentRow]:
    """The instalments a slip pays: the next one due, or it and all after it."""
    open_ = [one for one in case.payments() if one.state == "pending"]
    if open_[0].id != row.id:
        reason = f"前一期 {yuan(open_[0].due_fen)} 元还没有登记到账"
        raise GuardFailed(f"{reason}；请按顺序登记。", reasons=(reason,))
    total = sum(one.due_fen for one in open_)
    if amount not in (row.due_fen, total):
        due = f"本期应付 {yuan(row.due_fen)} 元" + (f"（或一次付清 {yuan(total)} 元）" if total > row.due_fen else "")
        reason = f"到账金额 {yuan(amount)} 元与{due}不一致"
        raise GuardFailed(f"{reason}；请核对银行回单后重新登记。", reasons=(reason,), field="amount_fen")
    return open_ if amount == total else open_[:1]


def allow_credit(case: Case, _row: Any, body: dict[str, Any]) -> None:
    """Dispatch before payment, for a client with agreed credit terms: the price is billed."""
    if not network.seller_for(case.doing.work, case.order.client_org).credit:
        reason = "总部没有登记该客户的账期"
        raise GuardFailed(f"{reason}；请先收款，或请总部登记账期后再办。", reasons=(reason,))
    case.move(case.order, "allow_credit", detail=str(body["reason"]))
    case.order.credit = True
    split.bill(
        case.seller,
        order_id=case.id,
        client_org=case.order.client_org,
        gross_fen=case.order.price_fen,
        key=f"bill:{case.id}",
        actor=case.doing.actor.user_id,
        clock=case.doing.clock,
    )
    _begin(case)


def cancel(case: Case, _row: Any, body: dict[str, Any]) -> None:
    """Before any money came in, an order can be called off; the contract ends with it."""
    case.move(case.order, "cancel", detail=str(body["reason"]))
    for payment in case.payments():
        case.follow(payment, "void")
    contract = case.seller.exec(select(ContractRow).where(ContractRow.order_id == case.id)).one()
    case.follow(contract, "terminate")


def _begin(case: Case) -> None:
    propose(case)
    outbox.tell(case.doing.work, case.order.org_id, "funded", case.id, case.doing.clock)

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
    """The slip must be for the whole amount due, and each slip counts once."""
    amount, reference = int(body["amount_fen"]), str(body["reference"])
    if amount != row.due_fen:
        reason = f"到账金额 {yuan(amount)} 元与应付 {yuan(row.due_fen)} 元不一致"
        raise GuardFailed(f"{reason}；请核对银行回单后重新登记。", reasons=(reason,), field="amount_fen")
    used = case.seller.exec(select(PaymentRow.id).where(PaymentRow.reference == reference)).first()
    if used is not None:
        raise Conflict(f"银行流水号 {reference} 已登记过，不能重复入账；请核对流水号。", field="reference")
    row.paid_fen, row.reference, row.captured_at = amount, reference, case.doing.clock.now()
    case.move(row, "capture", detail=f"{yuan(amount)} 元，流水号 {reference}")
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
    trace.link(case.doing.work, (case.order.org_id,), ("order", case.id), ("payment", row.id), case.doing.clock)
    trace.link(
        case.doing.work, (case.order.org_id,), ("payment", row.id), ("journal", posted.journal_id), case.doing.clock
    )
    if case.order.state == "created":
        case.follow(case.order, "fund")
        _begin(case)


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
    case.follow(case.payment(), "void")
    contract = case.seller.exec(select(ContractRow).where(ContractRow.order_id == case.id)).one()
    case.follow(contract, "terminate")


def _begin(case: Case) -> None:
    propose(case)
    outbox.tell(case.doing.work, case.order.org_id, "funded", case.id, case.doing.clock)

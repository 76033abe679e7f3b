"""Money coming in for an order: billed on credit, received from a provider."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, col, select

from knowledge.base.clock import Clock
from knowledge.base.db import UTCDateTime
from knowledge.base.errors import BadInput, Conflict
from knowledge.base.tenancy import Owned, TenantSession
from workflows.money.ledger import Line, Posted, post, replayed


class ReceiptRow(Owned, table=True):
    """One provider payment, once: its own reference is the key, whatever key the caller brings."""

    __tablename__ = "ledger_receipt"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    provider_ref: str = Field(primary_key=True, max_length=80)
    order_id: str = Field(index=True, max_length=40)
    gross_fen: int = Field(sa_type=sa.BigInteger)
    fee_fen: int = Field(sa_type=sa.BigInteger)
    journal_id: str = Field(foreign_key="ledger_journal.id", max_length=40)
    received_at: datetime = Field(sa_type=UTCDateTime)


def bill(
    session: TenantSession, *, order_id: str, client_org: str, gross_fen: int, key: str, actor: str, clock: Clock
) -> Posted:
    """Credit terms: the client owes the price, the order may begin."""
    _positive(gross_fen)
    return post(
        session,
        key=key,
        kind="bill",
        subject_type="order",
        subject_id=order_id,
        lines=[Line(f"ar:{client_org}", gross_fen), Line(f"contract_liab:{order_id}", -gross_fen)],
        actor=actor,
        clock=clock,
    )


def receive(
    session: TenantSession,
    *,
    order_id: str,
    gross_fen: int,
    fee_fen: int,
    provider_ref: str,
    key: str,
    actor: str,
    clock: Clock,
    billed_client: str | None = None,
) -> Posted:
    """The client paid `gross_fen`, of which the provider kept `fee_fen`; `billed_client` when it settles a bill.

    `Conflict` when the provider's reference has been received under another key, `BadInput` on amounts out of range.
    """
    _positive(gross_fen)
    if type(fee_fen) is not int or not 0 <= fee_fen <= gross_fen:
        raise BadInput("fee_fen：手续费应在 0 与收款金额之间，整数分，例如 600。", field="fee_fen")
    if not provider_ref or len(provider_ref) > 80:
        raise BadInput("provider_ref：请填支付机构的流水号，1 到 80 个字符。", field="provider_ref")
    request = {
        "gross_fen": gross_fen,
        "fee_fen": fee_fen,
        "provider_ref": provider_ref,
        "billed_client": billed_client,
    }
    about = {"key": key, "kind": "receive", "subject_type": "order", "subject_id": order_id}
    if (before := replayed(session, request=request, **about)) is not None:
        return before
    if session.get(ReceiptRow, (session.org_id, provider_ref)) is not None:
        raise Conflict(f"provider_ref：流水 {provider_ref} 已经入账，不重复入账；请核对流水号。", field="provider_ref")
    credit = f"ar:{billed_client}" if billed_client else f"contract_liab:{order_id}"
    lines = [Line("psp_clearing", gross_fen - fee_fen), Line("psp_fee", fee_fen), Line(credit, -gross_fen)]
    posted = post(
        session,
        request=request,
        lines=[line for line in lines if line.amount_fen],
        actor=actor,
        clock=clock,
        **about,
    )
    session.add(
        ReceiptRow(
            org_id=session.org_id,
            provider_ref=provider_ref,
            order_id=order_id,
            gross_fen=gross_fen,
            fee_fen=fee_fen,
            journal_id=posted.journal_id,
            received_at=clock.now(),
        )
    )
    session.flush()
    return posted


def received(session: TenantSession, order_id: str) -> int:
    """What came in for an order so far, fees included, in 分."""
    statement = select(sa.func.coalesce(sa.func.sum(ReceiptRow.gross_fen), 0)).where(
        ReceiptRow.org_id == session.org_id, col(ReceiptRow.order_id) == order_id
    )
    return int(session.exec(statement).one())


def _positive(gross_fen: int) -> None:
    if type(gross_fen) is not int or gross_fen <= 0:
        raise BadInput("gross_fen：金额应为大于 0 的整数分，例如 10000000 表示 100,000.00 元。", field="gross_fen")

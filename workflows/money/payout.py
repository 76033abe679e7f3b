"""Instructions to a licensed provider to pay a payee. The provider moves the money; these rows and postings follow it.

`out_order_no` is ours and names one instruction for ever: an unknown result is asked about, never sent under a new one.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, col, select

from knowledge.base.clock import Clock
from knowledge.base.db import UTCDateTime
from knowledge.base.errors import BadInput, Conflict, GuardFailed, Missing
from knowledge.base.ids import new_id
from knowledge.base.tenancy import Owned, TenantSession
from knowledge.policies.values import Frozen
from workflows.money.clawback import offset_clawback
from workflows.money.ledger import Line, balance, balances, lock_book, post, replayed, reverse
from workflows.money.split_rows import PAID, VESTED, Move, Standing, record_moves, standings_of_payee


class PayoutRow(Owned, table=True):
    """One instruction: sent → paid → returned, or sent → failed."""

    __tablename__ = "payout_item"
    __table_args__ = (sa.UniqueConstraint("org_id", "out_order_no", name="uq_payout_out_order_no"),)
    id: str = Field(primary_key=True, max_length=40)
    out_order_no: str = Field(max_length=60)
    payee_org: str = Field(index=True, max_length=40)
    amount_fen: int = Field(sa_type=sa.BigInteger)
    withholding_fen: int = Field(sa_type=sa.BigInteger)
    state: str = Field(default="sent", max_length=20)
    provider_ref: str = Field(default="", max_length=80)
    reason: str = Field(default="", max_length=200)
    submit_journal_id: str = Field(foreign_key="ledger_journal.id", max_length=40)
    paid_journal_id: str | None = Field(default=None, foreign_key="ledger_journal.id", max_length=40)
    sent_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PayoutLineRow(Owned, table=True):
    """Which shares an instruction pays: the way from an order to a provider's receipt."""

    __tablename__ = "payout_line"
    item_id: str = Field(primary_key=True, foreign_key="payout_item.id", max_length=40)
    split_id: str = Field(primary_key=True, foreign_key="split.id", max_length=40)
    line_no: int = Field(primary_key=True)
    amount_fen: int = Field(sa_type=sa.BigInteger)


class Payout(Frozen):
    """An instruction as it stands. `amount_fen` leaves the payee's account; the provider sends it less withholding."""

    item_id: str
    out_order_no: str
    payee_org: str
    amount_fen: int
    withholding_fen: int
    state: str
    provider_ref: str


def submit_payout(
    session: TenantSession,
    *,
    payee_org: str,
    out_order_no: str,
    kyc_passed: bool,
    actor: str,
    clock: Clock,
    withholding_fen: int = 0,
    tax: str = "iit",
) -> Payout:
    """Instruct the payment of all a payee has available. The same number gives the first instruction.

    `GuardFailed` while the payee isn't verified, a dispute holds its money, it owes something back, or nothing is due.
    """
    request = {"payee_org": payee_org, "withholding_fen": withholding_fen, "tax": tax}
    about: dict[str, Any] = {
        "key": f"payout:{out_order_no}:submit",
        "kind": "payout_submit",
        "subject_type": "payout",
        "subject_id": out_order_no,
        "request": request,
    }
    if replayed(session, **about) is not None:
        return _view(_row(session, out_order_no))
    available = _payable(session, payee_org, kyc_passed)
    moves = _cover(standings_of_payee(session, payee_org), available)
    amount = sum(move.amount_fen for move in moves)
    if not amount:
        raise GuardFailed(f"收款方 {payee_org} 没有可付的已释放分账；请等释放后再付。", reasons=("无可付金额",))
    if type(withholding_fen) is not int or not 0 <= withholding_fen < amount:
        raise BadInput(f"withholding_fen：代扣应为 0 到 {amount - 1} 之间的整数分，例如 0。", field="withholding_fen")
    item_id = new_id()
    lines = [
        Line(f"available:{payee_org}", amount),
        Line(f"withholding:{tax}", -withholding_fen),
        Line(f"transit:{item_id}", withholding_fen - amount),
    ]
    posted = post(session, lines=[line for line in lines if line.amount_fen], actor=actor, clock=clock, **about)
    record_moves(session, moves, posted.journal_id)
    row = PayoutRow(
        id=item_id,
        org_id=session.org_id,
        out_order_no=out_order_no,
        payee_org=payee_org,
        amount_fen=amount,
        withholding_fen=withholding_fen,
        submit_journal_id=posted.journal_id,
        sent_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.add_all(
        PayoutLineRow(
            item_id=item_id,
            split_id=move.of.split_id,
            line_no=move.of.no,
            org_id=session.org_id,
            amount_fen=move.amount_fen,
        )
        for move in moves
    )
    session.flush()
    return _view(row)


def payout_paid(session: TenantSession, *, out_order_no: str, provider_ref: str, actor: str, clock: Clock) -> Payout:
    """The provider says that it has paid. Saying it again changes nothing; another reference is a `Conflict`."""
    row = _row(session, out_order_no)
    if row.state == "paid" and row.provider_ref == provider_ref:
        return _view(row)
    _expect(row, "sent")
    net = row.amount_fen - row.withholding_fen
    posted = post(
        session,
        key=f"payout:{out_order_no}:paid",
        kind="payout_paid",
        subject_type="payout",
        subject_id=out_order_no,
        lines=[Line(f"transit:{row.id}", net), Line("psp_clearing", -net)],
        actor=actor,
        clock=clock,
    )
    row.state, row.provider_ref, row.paid_journal_id, row.ended_at = (
        "paid",
        provider_ref,
        posted.journal_id,
        clock.now(),
    )
    session.flush()
    return _view(row)


def payout_failed(session: TenantSession, *, out_order_no: str, reason: str, actor: str, clock: Clock) -> Payout:
    """The provider refused it (`failed`) or sent it back once paid (`returned`): the payee has it available again."""
    row = _row(session, out_order_no)
    if row.state in ("failed", "returned"):
        return _view(row)
    ended = "returned" if row.state == "paid" else "failed"
    common: dict[str, Any] = {"actor": actor, "clock": clock}
    if row.paid_journal_id is not None:
        reverse(session, row.paid_journal_id, key=f"payout:{out_order_no}:unpaid", **common)
    undone = reverse(session, row.submit_journal_id, key=f"payout:{out_order_no}:undone", **common)
    row.state, row.reason, row.ended_at = ended, reason[:200], clock.now()
    session.flush()
    record_moves(session, _uncover(session, row), undone.journal_id)
    offset_clawback(
        session, {row.payee_org}, subject_type="payout", subject_id=out_order_no, key=f"payout:{out_order_no}", **common
    )
    return _view(row)


def _payable(session: TenantSession, payee_org: str, kyc_passed: bool) -> int:
    reasons: list[str] = []
    if not kyc_passed:
        reasons.append("收款方未通过实名核验")
    if balance(session, f"clawback:{payee_org}"):
        reasons.append("收款方有应退回的款项")
    if any(amount for account, amount in balances(session, "hold:").items() if account.endswith(f":{payee_org}")):
        reasons.append("收款方有争议款项被冻结")
    if reasons:
        raise GuardFailed(f"现在不能付款：{'；'.join(reasons)}。请处理后再付。", reasons=tuple(reasons))
    return -balance(session, f"available:{payee_org}")


def _cover(parts: list[Standing], most_fen: int) -> list[Move]:
    """The vested shares that `most_fen` pays, oldest first."""
    moves: list[Move] = []
    for part in parts:
        if amount := min(part.fen(VESTED), most_fen):
            moves.append(Move(part, VESTED, PAID, amount))
            most_fen -= amount
    return moves


def _uncover(session: TenantSession, row: PayoutRow) -> list[Move]:
    """The item's shares are unpaid again, save what was refunded of them meanwhile."""
    covered = select(PayoutLineRow).where(PayoutLineRow.org_id == session.org_id, PayoutLineRow.item_id == row.id)
    amounts = {(line.split_id, line.line_no): line.amount_fen for line in session.exec(covered)}
    return [
        Move(part, PAID, VESTED, amount)
        for part in standings_of_payee(session, row.payee_org)
        if (amount := min(amounts.get((part.split_id, part.no), 0), part.fen(PAID)))
    ]


def _row(session: TenantSession, out_order_no: str) -> PayoutRow:
    lock_book(session)
    row = session.exec(
        select(PayoutRow)
        .where(PayoutRow.org_id == session.org_id, col(PayoutRow.out_order_no) == out_order_no)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise Missing(f"out_order_no：没有付款指令 {out_order_no}；请核对编号。", field="out_order_no")
    return row


def _expect(row: PayoutRow, state: str) -> None:
    if row.state != state:
        raise Conflict(f"付款指令 {row.out_order_no} 已是 {row.state}，不能再记这个结果；请与支付机构核对。")


def _view(row: PayoutRow) -> Payout:
    return Payout(
        item_id=row.id,
        out_order_no=row.out_order_no,
        payee_org=row.payee_org,
        amount_fen=row.amount_fen,
        withholding_fen=row.withholding_fen,
        state=row.state,
        provider_ref=row.provider_ref,
    )

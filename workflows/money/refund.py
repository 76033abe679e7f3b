"""Money going back to a client: first what is not yet earned, then the same from every share in proportion.

A payee's part is taken from where it lies: under a dispute, not yet vested, available; what has been paid out already
becomes a debt of the payee (`clawback`). A provider's refund doesn't undo shares by itself, so this posting does.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, col, select

from knowledge.base.clock import Clock
from knowledge.base.db import UTCDateTime
from knowledge.base.errors import BadInput, GuardFailed
from knowledge.base.money import yuan
from knowledge.base.tenancy import Owned, TenantSession
from workflows.money.allocate import allocate_refund
from workflows.money.ledger import Line, Posted, balance, post, replayed
from workflows.money.receipt import received
from workflows.money.recognise import mirror
from workflows.money.split_rows import (
    BOOKED,
    HELD,
    PAID,
    PENDING,
    REFUNDED,
    VESTED,
    Move,
    Standing,
    record_moves,
    standings,
)


class RefundRow(Owned, table=True):
    """One refund of an order. `unearned_fen` of it was not yet recognised."""

    __tablename__ = "ledger_refund"
    journal_id: str = Field(primary_key=True, foreign_key="ledger_journal.id", max_length=40)
    order_id: str = Field(index=True, max_length=40)
    client_org: str = Field(max_length=40)
    amount_fen: int = Field(sa_type=sa.BigInteger)
    unearned_fen: int = Field(sa_type=sa.BigInteger)
    refunded_at: datetime = Field(sa_type=UTCDateTime)


def refund(
    session: TenantSession,
    *,
    order_id: str,
    client_org: str,
    refund_fen: int,
    key: str,
    actor: str,
    clock: Clock,
    hq: TenantSession | None = None,
) -> Posted:
    """Owe the client `refund_fen` of what it paid, VAT included; `refund_paid` follows when the provider has sent it.

    Full refunds bring every share and the VAT to zero. `GuardFailed` when more is asked than was received and not yet
    given back; `hq` is needed when the split stands in headquarters' book too.
    """
    if type(refund_fen) is not int or refund_fen <= 0:
        raise BadInput("refund_fen：退款应为大于 0 的整数分，例如 50000 表示 500.00 元。", field="refund_fen")
    request = {"client_org": client_org, "refund_fen": refund_fen}
    about: dict[str, Any] = {"subject_type": "order", "subject_id": order_id, "request": request}
    if (before := replayed(session, key=key, kind="refund", **about)) is not None:
        return before
    parts = standings(session, order_id)
    unearned = -balance(session, f"contract_liab:{order_id}")
    most = min(received(session, order_id) - refunded(session, order_id), unearned + sum(map(_remaining, parts)))
    if refund_fen > most:
        raise GuardFailed(
            f"refund_fen：订单可退 {yuan(most)} 元，不能退 {yuan(refund_fen)} 元；请改为不超过可退金额。",
            reasons=("超过可退金额",),
            field="refund_fen",
        )
    early = min(refund_fen, unearned)
    taken = allocate_refund(
        refund_fen - early, [part.amount_fen for part in parts], [part.fen(REFUNDED) for part in parts]
    )
    moves = [move for part, amount in zip(parts, taken, strict=True) for move in _take(part, amount)]
    lines = _lines(session, moves)
    if early:
        lines.insert(0, Line(f"contract_liab:{order_id}", early))
    lines.append(Line(f"refund_payable:{client_org}", -refund_fen))
    _mirror(hq, session, moves, key=key, actor=actor, clock=clock, **about)
    posted = post(session, key=key, kind="refund", lines=lines, actor=actor, clock=clock, **about)
    record_moves(session, moves, posted.journal_id)
    session.add(
        RefundRow(
            journal_id=posted.journal_id,
            org_id=session.org_id,
            order_id=order_id,
            client_org=client_org,
            amount_fen=refund_fen,
            unearned_fen=early,
            refunded_at=clock.now(),
        )
    )
    session.flush()
    return posted


def refund_paid(
    session: TenantSession,
    *,
    order_id: str,
    client_org: str,
    amount_fen: int,
    key: str,
    actor: str,
    clock: Clock,
) -> Posted:
    """The provider has sent the client what it was owed. `GuardFailed` when more than is owed."""
    return post(
        session,
        key=key,
        kind="refund_paid",
        subject_type="order",
        subject_id=order_id,
        lines=[Line(f"refund_payable:{client_org}", amount_fen), Line("psp_clearing", -amount_fen)],
        actor=actor,
        clock=clock,
    )


def refunded(session: TenantSession, order_id: str) -> int:
    """What has been given back of an order so far, in 分."""
    statement = select(sa.func.coalesce(sa.func.sum(RefundRow.amount_fen), 0)).where(
        RefundRow.org_id == session.org_id, col(RefundRow.order_id) == order_id
    )
    return int(session.exec(statement).one())


def _remaining(part: Standing) -> int:
    return part.amount_fen - part.fen(REFUNDED)


def _take(part: Standing, amount_fen: int) -> list[Move]:
    """From where the share lies: held, pending, available, paid out; VAT and the platform's lie in one place."""
    held = sorted(place for place in part.lies if place[0] in HELD.values())
    moves: list[Move] = []
    for bucket, dispute_id in [*held, (BOOKED, ""), (PENDING, ""), (VESTED, ""), (PAID, "")]:
        if amount := min(amount_fen, part.fen(bucket, dispute_id)):
            moves.append(Move(part, bucket, REFUNDED, amount, dispute_id))
            amount_fen -= amount
    return moves


def _lines(session: TenantSession, moves: list[Move]) -> list[Line]:
    """Debits of the moves, one an account. What a payee no longer has available it owes back."""
    debits: dict[str, int] = {}
    for move in moves:
        account = move.of.account
        if move.from_bucket in HELD.values():
            account = f"hold:{move.dispute_id}:{move.of.payee_org}"
        elif move.from_bucket in (VESTED, PAID):
            account = f"available:{move.of.payee_org}"
        debits[account] = debits.get(account, 0) + move.amount_fen
    lines: list[Line] = []
    for account, amount in debits.items():
        side, _, payee = account.partition(":")
        there = min(amount, -balance(session, account)) if side == "available" else amount
        lines += [Line(account, there)] if there else []
        lines += [Line(f"clawback:{payee}", amount - there)] if amount > there else []
    return lines


def _mirror(hq: TenantSession | None, session: TenantSession, moves: list[Move], *, key: str, **common: Any) -> None:
    owed = sum(move.amount_fen for move in moves if move.of.mirrored and move.of.account.startswith("due_to:"))
    if not owed:
        return
    if hq is None:
        raise BadInput("hq：这笔分账也记在总部账簿，退款须同时冲减总部的应收；请带上总部账簿。", field="hq")
    mirror(hq, session.org_id, -owed, key=key, kind="refund_due", **common)

"""From earned to payable: shares vest after the agreed days, are held while a dispute is open, pay off debts first."""

from typing import Any

from knowledge.base.clock import Clock, today
from knowledge.base.errors import GuardFailed
from knowledge.base.tenancy import TenantSession
from workflows.money.clawback import offset_clawback
from workflows.money.ledger import Line, Posted, balance, post, replayed
from workflows.money.split_rows import HELD, PENDING, VESTED, Move, Standing, record_moves, standings


def vest(
    session: TenantSession, *, order_id: str, key: str, actor: str, clock: Clock, evaluated: bool = False
) -> Posted | None:
    """Make an order's due shares available; the hold-back only when `evaluated`. None when nothing is left to vest.

    `GuardFailed` while a dispute holds the order or before the day; a repeated key gives the first posting.
    """
    request = {"evaluated": evaluated}
    if (before := replayed(session, key=key, kind="vest", request=request, **_order(order_id))) is not None:
        return before
    parts = [part for part in standings(session, order_id) if part.paid_to_payee]
    if any(amount for part in parts for (bucket, _), amount in part.lies.items() if bucket in HELD.values()):
        raise GuardFailed("订单有未结争议，分账暂不释放；请先裁决争议。", reasons=("争议未结",))
    waiting = [part for part in parts if part.fen(PENDING) - _kept(part, evaluated)]
    due = [part for part in waiting if part.vest_on <= today(clock)]
    if waiting and not due:
        first = min(part.vest_on for part in waiting)
        raise GuardFailed(f"分账要到 {first} 才能释放；请在那天之后再试。", reasons=("未到释放日",))
    moves = [Move(part, PENDING, VESTED, part.fen(PENDING) - _kept(part, evaluated)) for part in due]
    lines = [
        line
        for move in moves
        for line in (Line(move.of.account, move.amount_fen), Line(f"available:{move.of.payee_org}", -move.amount_fen))
    ]
    return _carry_out(
        session, moves, lines, kind="vest", order_id=order_id, key=key, request=request, actor=actor, clock=clock
    )


def hold(
    session: TenantSession, *, order_id: str, dispute_id: str, key: str, actor: str, clock: Clock
) -> Posted | None:
    """Set aside what payees weren't paid of an order yet: pending first, then available. None when nothing is left."""
    request = {"dispute_id": dispute_id}
    if (before := replayed(session, key=key, kind="hold", request=request, **_order(order_id))) is not None:
        return before
    parts = [part for part in standings(session, order_id) if part.paid_to_payee]
    pool = {part.payee_org: -balance(session, f"available:{part.payee_org}") for part in parts}
    moves: list[Move] = []
    for part in parts:
        if amount := part.fen(PENDING):
            moves.append(Move(part, PENDING, HELD[PENDING], amount, dispute_id))
        # A payee's available money is one pool: an older refund may have taken what this share put there.
        if amount := min(part.fen(VESTED), pool[part.payee_org]):
            moves.append(Move(part, VESTED, HELD[VESTED], amount, dispute_id))
            pool[part.payee_org] -= amount
    lines = [line for move in moves for line in _held(move, dispute_id, move.from_bucket, 1)]
    return _carry_out(
        session, moves, lines, kind="hold", order_id=order_id, key=key, request=request, actor=actor, clock=clock
    )


def release(
    session: TenantSession, *, order_id: str, dispute_id: str, key: str, actor: str, clock: Clock
) -> Posted | None:
    """Give back what a dispute still holds, to where it came from. None when it holds nothing."""
    request = {"dispute_id": dispute_id}
    if (before := replayed(session, key=key, kind="release", request=request, **_order(order_id))) is not None:
        return before
    moves = [
        Move(part, held, bucket, amount, dispute_id)
        for part in standings(session, order_id)
        for bucket, held in HELD.items()
        if (amount := part.fen(held, dispute_id))
    ]
    lines = [line for move in moves for line in _held(move, dispute_id, move.to_bucket, -1)]
    return _carry_out(
        session, moves, lines, kind="release", order_id=order_id, key=key, request=request, actor=actor, clock=clock
    )


def _carry_out(
    session: TenantSession,
    moves: list[Move],
    lines: list[Line],
    *,
    order_id: str,
    key: str,
    actor: str,
    clock: Clock,
    **about: Any,
) -> Posted | None:
    if not moves:
        return None
    posted = post(session, key=key, lines=lines, actor=actor, clock=clock, **about, **_order(order_id))
    record_moves(session, moves, posted.journal_id)
    payees = {move.of.payee_org for move in moves if move.to_bucket == VESTED}
    offset_clawback(session, payees, subject_id=order_id, key=key, actor=actor, clock=clock)
    return posted


def _held(move: Move, dispute_id: str, bucket: str, sign: int) -> tuple[Line, Line]:
    payee = move.of.payee_org
    account = move.of.account if bucket == PENDING else f"available:{payee}"
    return Line(account, sign * move.amount_fen), Line(f"hold:{dispute_id}:{payee}", -sign * move.amount_fen)


def _kept(part: Standing, evaluated: bool) -> int:
    return 0 if evaluated else min(part.holdback_fen, part.fen(PENDING))


def _order(order_id: str) -> dict[str, Any]:
    return {"subject_type": "order", "subject_id": order_id}

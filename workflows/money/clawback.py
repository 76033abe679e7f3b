"""What a payee owes back after a refund of money already paid out: offset, repaid, or written off by two persons."""

from collections.abc import Iterable

from knowledge.base.clock import Clock
from knowledge.base.errors import BadInput, Refused
from knowledge.base.tenancy import TenantSession
from workflows.money.ledger import Line, Posted, balance, post


def offset_clawback(
    session: TenantSession,
    payees: Iterable[str],
    *,
    subject_id: str,
    key: str,
    actor: str,
    clock: Clock,
    subject_type: str = "order",
) -> Posted | None:
    """What has become available pays off debts before it can be paid out. None when there is nothing to set off."""
    lines: list[Line] = []
    for payee in sorted(payees):
        debt = balance(session, f"clawback:{payee}")
        if amount := min(debt, -balance(session, f"available:{payee}")):
            lines += [Line(f"available:{payee}", amount), Line(f"clawback:{payee}", -amount)]
    if not lines:
        return None
    return post(
        session,
        key=f"{key}:offset",
        kind="clawback_offset",
        subject_type=subject_type,
        subject_id=subject_id,
        lines=lines,
        actor=actor,
        clock=clock,
    )


def clawback_repaid(
    session: TenantSession, *, payee_org: str, amount_fen: int, key: str, actor: str, clock: Clock
) -> Posted:
    """The payee has sent money back to the seller's bank account. `GuardFailed` when it owes less."""
    return _settle(session, payee_org, "bank", "clawback_repaid", amount_fen, key=key, actor=actor, clock=clock)


def clawback_written_off(
    session: TenantSession, *, payee_org: str, amount_fen: int, key: str, maker: str, checker: str, clock: Clock
) -> Posted:
    """The seller gives the debt up. `Refused` unless two persons stand for it."""
    if maker == checker:
        raise Refused("核销须由两人经手；请由另一位财务批准。", field="checker")
    actor = f"{maker}+{checker}"
    return _settle(
        session, payee_org, "bad_debt", "clawback_written_off", amount_fen, key=key, actor=actor, clock=clock
    )


def _settle(
    session: TenantSession,
    payee_org: str,
    account: str,
    kind: str,
    amount_fen: int,
    *,
    key: str,
    actor: str,
    clock: Clock,
) -> Posted:
    if type(amount_fen) is not int or amount_fen <= 0:
        raise BadInput("amount_fen：金额应为大于 0 的整数分，例如 50000 表示 500.00 元。", field="amount_fen")
    return post(
        session,
        key=key,
        kind=kind,
        subject_type="org",
        subject_id=payee_org,
        lines=[Line(account, amount_fen), Line(f"clawback:{payee_org}", -amount_fen)],
        actor=actor,
        clock=clock,
    )

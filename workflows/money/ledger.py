"""Posting to a book: balanced, append-only, whole 分, one journal per key.

A book is that of the session's organisation. Debit is positive, credit negative. Writers of one book queue on the
organisation's row, so that numbers, chain and balances have one order on PostgreSQL as on SQLite; a transaction that
posts in several books posts to the seller's first and to headquarters' last, so two of them can't wait for each other.
"""

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from knowledge.base.clock import Clock, today
from knowledge.base.errors import Conflict, GuardFailed, Missing
from knowledge.base.identity import Org
from knowledge.base.ids import new_id
from knowledge.base.tenancy import TenantSession
from workflows.money.journal import GENESIS, BalanceRow, JournalRow, LineRow, SealRow
from workflows.money.posting import Line, Posted, check_posting, input_hash, journal_hash

__all__ = ["Line", "Posted", "balance", "balances", "lines_of", "lock_book", "post", "replayed", "reverse"]

# Accounts that must not change sides: debts of the book to others, and what payees owe back.
CREDIT_ONLY = frozenset(
    ("contract_liab", "vat_output", "refund_payable", "pending", "available", "hold", "withholding", "transit")
)
DEBIT_ONLY = frozenset(("clawback",))


def post(
    session: TenantSession,
    *,
    key: str,
    kind: str,
    subject_type: str,
    subject_id: str,
    lines: Sequence[Line],
    actor: str,
    clock: Clock,
    reverses_id: str | None = None,
    request: Mapping[str, object] | None = None,
) -> Posted:
    """Write one journal into the session's book.

    The same key with the same input gives the first result. `request` is the input to compare when the lines are
    worked out from balances, which have moved on when a command is repeated; without it the lines are.
    Raises `BadInput` on lines that don't balance, `Conflict` on a key with other input, `GuardFailed` when an
    account would change sides, `Missing` when the organisation isn't there.
    """
    check_posting(key, lines)
    about: Mapping[str, object] = request or {"lines": [[line.account, line.amount_fen] for line in lines]}
    asked = input_hash(kind, subject_type, subject_id, reverses_id, about)
    lock_book(session)
    if (found := _find(session, key)) is not None:
        return _replay(session, found, asked)
    _move_balances(session, lines)
    last = session.exec(
        select(JournalRow.seq, JournalRow.hash)
        .where(JournalRow.org_id == session.org_id)
        .order_by(col(JournalRow.seq).desc())
        .limit(1)
    ).first()
    seq, prev_hash = (last[0] + 1, last[1]) if last else (1, GENESIS)
    row = JournalRow(
        id=new_id(),
        org_id=session.org_id,
        seq=seq,
        key=key,
        input_hash=asked,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        reverses_id=reverses_id,
        period=f"{today(clock):%Y-%m}",
        posted_at=clock.now(),
        actor=actor,
        prev_hash=prev_hash,
        hash="",
    )
    row.hash = journal_hash(row, lines)
    session.add(row)
    session.flush()
    session.add_all(
        LineRow(journal_id=row.id, no=no, org_id=session.org_id, account=line.account, amount_fen=line.amount_fen)
        for no, line in enumerate(lines)
    )
    session.flush()
    session.add(SealRow(journal_id=row.id, org_id=session.org_id))
    session.flush()
    return Posted(row.id, seq, key, kind, row.hash, tuple(lines), reverses_id)


def reverse(session: TenantSession, journal_id: str, *, key: str, actor: str, clock: Clock) -> Posted:
    """Undo a journal by its mirror image, once. `Conflict` when another key did it before, `Missing` when not here."""
    lock_book(session)
    row = session.get(JournalRow, journal_id)
    if row is None or row.org_id != session.org_id:
        raise Missing(f"journal_id：本账簿没有分录 {journal_id}；请从订单的分录列表里选择。", field="journal_id")
    if row.reverses_id is not None:
        raise GuardFailed("这笔分录本身是冲销，不能再冲销；请按业务重新入账。", field="journal_id")
    before = session.exec(
        select(JournalRow).where(JournalRow.reverses_id == journal_id, JournalRow.org_id == session.org_id)
    ).first()
    if before is not None and before.key != key:
        raise Conflict(f"这笔分录已由 {before.id} 冲销，一笔分录只能冲销一次；请刷新后查看。", field="journal_id")
    return post(
        session,
        key=key,
        kind=f"{row.kind}_reversal"[:40],
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        lines=[Line(line.account, -line.amount_fen) for line in lines_of(session, journal_id)],
        actor=actor,
        clock=clock,
        reverses_id=journal_id,
    )


def replayed(
    session: TenantSession,
    *,
    key: str,
    kind: str,
    subject_type: str,
    subject_id: str,
    request: Mapping[str, object],
    reverses_id: str | None = None,
) -> Posted | None:
    """The journal posted under this key, after locking the book; `Conflict` when its request was another."""
    lock_book(session)
    found = _find(session, key)
    if found is None:
        return None
    return _replay(session, found, input_hash(kind, subject_type, subject_id, reverses_id, request))


def lock_book(session: TenantSession) -> None:
    """Queue behind other writers of this book. On SQLite the write transaction has done so already."""
    # NO KEY UPDATE: rows that merely point at the organisation can still be written meanwhile.
    found = session.exec(select(Org.id).where(Org.id == session.org_id).with_for_update(key_share=True)).first()
    if found is None:
        raise Missing(f"没有组织 {session.org_id}，不能记账；请先建立组织。", field="org_id")


def balance(session: TenantSession, account: str) -> int:
    """Debits less credits, in 分; 0 for an account never used."""
    return (
        session.exec(
            select(BalanceRow.amount_fen).where(BalanceRow.org_id == session.org_id, BalanceRow.account == account)
        ).first()
        or 0
    )


def balances(session: TenantSession, prefix: str = "") -> dict[str, int]:
    """Every account of the session's book whose name begins with `prefix`, by name."""
    statement = (
        select(BalanceRow.account, BalanceRow.amount_fen)
        .where(BalanceRow.org_id == session.org_id, col(BalanceRow.account).startswith(prefix, autoescape=True))
        .order_by(col(BalanceRow.account))
    )
    return dict(session.exec(statement).all())


def lines_of(session: TenantSession, journal_id: str) -> tuple[Line, ...]:
    """The lines of a journal of this book, in their order."""
    statement = (
        select(LineRow.account, LineRow.amount_fen)
        .where(LineRow.journal_id == journal_id, LineRow.org_id == session.org_id)
        .order_by(col(LineRow.no))
    )
    return tuple(Line(account, amount) for account, amount in session.exec(statement))


def _find(session: TenantSession, key: str) -> JournalRow | None:
    return session.exec(select(JournalRow).where(JournalRow.org_id == session.org_id, JournalRow.key == key)).first()


def _replay(session: TenantSession, row: JournalRow, asked: str) -> Posted:
    if row.input_hash != asked:
        raise Conflict(f"key：键 {row.key} 已用于内容不同的分录；新的事请用新的键。", field="key")
    return Posted(
        row.id, row.seq, row.key, row.kind, row.hash, lines_of(session, row.id), row.reverses_id, replayed=True
    )


def _move_balances(session: TenantSession, lines: Sequence[Line]) -> None:
    change: dict[str, int] = {}
    for line in lines:
        change[line.account] = change.get(line.account, 0) + line.amount_fen
    # Another session of the same transaction may have written them since: read again, not from this one's memory.
    statement = (
        select(BalanceRow)
        .where(BalanceRow.org_id == session.org_id, col(BalanceRow.account).in_(sorted(change)))
        .execution_options(populate_existing=True)
    )
    rows = {row.account: row for row in session.exec(statement)}
    after = {
        account: amount + (rows[account].amount_fen if account in rows else 0) for account, amount in change.items()
    }
    reasons = tuple(
        f"{account} 还差 {abs(amount)} 分"
        for account, amount in sorted(after.items())
        if (amount > 0 and _side(account) in CREDIT_ONLY) or (amount < 0 and _side(account) in DEBIT_ONLY)
    )
    if reasons:
        raise GuardFailed(f"账户余额不足，不能入账：{'；'.join(reasons)}。请核对金额。", reasons=reasons)
    for account, amount in sorted(after.items()):
        if account in rows:
            rows[account].amount_fen = amount
        else:
            session.add(BalanceRow(org_id=session.org_id, account=account, amount_fen=amount))


def _side(account: str) -> str:
    return account.partition(":")[0]

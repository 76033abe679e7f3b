"""Proof that the books are whole: every journal balances, the chains hold, the balances are what the lines say."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlmodel import col, select

from knowledge.base.db import Work
from knowledge.base.tenancy import TenantSession
from workflows.money.journal import GENESIS, BalanceRow, JournalRow, LineRow, SealRow
from workflows.money.posting import Line, journal_hash

BATCH = 500


def check_books(work: Work, org_ids: Iterable[str]) -> dict[str, Any]:
    """`{journals, accounts, balanced, drift, broken_chain}` over the books of `org_ids`, each read in its own session.

    `drift` names `org/account` whose stored balance differs from its lines; `broken_chain` the journals that were
    changed, renumbered, left unsealed, or follow a gap.
    """
    journals, accounts = 0, 0
    balanced = True
    drift: list[str] = []
    broken: list[str] = []
    for org_id in sorted(set(org_ids)):
        session = work.session(org_id)
        rebuilt: dict[str, int] = {}
        before, seq = GENESIS, 0
        sealed = set(session.exec(select(SealRow.journal_id).where(SealRow.org_id == org_id)))
        for row, lines in _journals(session):
            journals += 1
            seq += 1
            balanced = balanced and sum(line.amount_fen for line in lines) == 0
            intact = (row.prev_hash, row.seq, row.hash) == (before, seq, journal_hash(row, lines))
            if not intact or row.id not in sealed:
                broken.append(row.id)
            before, seq = row.hash, row.seq
            for line in lines:
                rebuilt[line.account] = rebuilt.get(line.account, 0) + line.amount_fen
        stored = dict(
            session.exec(select(BalanceRow.account, BalanceRow.amount_fen).where(BalanceRow.org_id == org_id)).all()
        )
        accounts += len(stored)
        names = sorted(rebuilt.keys() | stored.keys())
        drift += [f"{org_id}/{name}" for name in names if rebuilt.get(name, 0) != stored.get(name, 0)]
    return {
        "journals": journals,
        "accounts": accounts,
        "balanced": balanced,
        "drift": drift,
        "broken_chain": broken,
    }


def _journals(session: TenantSession) -> Iterator[tuple[JournalRow, list[Line]]]:
    """The book in order with its lines, a batch at a time: a book of years doesn't fit in memory."""
    last = -1
    while True:
        rows = session.exec(
            select(JournalRow)
            .where(JournalRow.org_id == session.org_id, JournalRow.seq > last)
            .order_by(col(JournalRow.seq))
            .limit(BATCH)
        ).all()
        if not rows:
            return
        lines: dict[str, list[Line]] = {}
        for line in session.exec(
            select(LineRow)
            .where(LineRow.org_id == session.org_id, col(LineRow.journal_id).in_([row.id for row in rows]))
            .order_by(col(LineRow.no))
        ):
            lines.setdefault(line.journal_id, []).append(Line(line.account, line.amount_fen))
        for row in rows:
            yield row, lines.get(row.id, [])
        last = rows[-1].seq

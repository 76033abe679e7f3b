"""A posted split's rows, all append-only: the split, its lines, and where each line's money has moved since.

A line's state is never stored: it is its amount less the moves out of each bucket plus the moves in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, col, select

from knowledge.base.db import UTCDateTime
from knowledge.base.ids import new_id
from knowledge.base.tenancy import Owned, TenantSession

VAT = 0  # `line_no` of a split's VAT, which a refund gives back like a share
# Buckets. BOOKED: VAT and the platform's share, which nobody vests. HELD_*: under a dispute, by where it came from.
BOOKED, PENDING, VESTED, PAID, REFUNDED = "booked", "pending", "vested", "paid", "refunded"
HELD = {PENDING: "held_pending", VESTED: "held_vested"}


class SplitRow(Owned, table=True):
    """One recognised price of an order, at the agreement version frozen on it."""

    __tablename__ = "split"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "key", name="uq_split_key"),
        sa.UniqueConstraint("org_id", "order_id", "no", name="uq_split_no"),
    )
    id: str = Field(primary_key=True, max_length=40)
    order_id: str = Field(index=True, max_length=40)
    no: int
    key: str = Field(max_length=200)
    agreement_id: str = Field(max_length=40)
    agreement_version: int
    agreement_sha256: str = Field(max_length=64)
    gross_fen: int = Field(sa_type=sa.BigInteger)
    vat_fen: int = Field(sa_type=sa.BigInteger)
    net_fen: int = Field(sa_type=sa.BigInteger)
    vat_ppm: int
    vest_on: date
    mirrored: bool
    recognise_journal_id: str = Field(foreign_key="ledger_journal.id", max_length=40)
    split_journal_id: str = Field(foreign_key="ledger_journal.id", max_length=40)
    created_at: datetime = Field(sa_type=UTCDateTime)


class SplitLineRow(Owned, table=True):
    """One party's share with the rate it was worked out at; a refund years later is measured against it."""

    __tablename__ = "split_line"
    __table_args__ = (sa.CheckConstraint("amount_fen >= 0 AND holdback_fen >= 0", name="ck_split_line_amount"),)
    split_id: str = Field(primary_key=True, foreign_key="split.id", max_length=40)
    no: int = Field(primary_key=True)
    role: str = Field(max_length=20)
    payee_org: str = Field(index=True, max_length=40)
    kind: str = Field(max_length=20)
    ppm: int
    base_fen: int = Field(sa_type=sa.BigInteger)
    amount_fen: int = Field(sa_type=sa.BigInteger)
    holdback_fen: int = Field(sa_type=sa.BigInteger)
    account: str = Field(max_length=120)
    basis: str = Field(max_length=200)


class SplitMoveRow(Owned, table=True):
    """Part of a line goes from one bucket to another, by a journal."""

    __tablename__ = "split_move"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="ck_split_move_amount"),)
    id: str = Field(primary_key=True, max_length=40)
    split_id: str = Field(index=True, foreign_key="split.id", max_length=40)
    line_no: int
    from_bucket: str = Field(max_length=20)
    to_bucket: str = Field(max_length=20)
    dispute_id: str = Field(default="", max_length=40)
    amount_fen: int = Field(sa_type=sa.BigInteger)
    journal_id: str = Field(foreign_key="ledger_journal.id", max_length=40)


@dataclass
class Standing:
    """A line (or the VAT) of a split and how its amount lies now: `{(bucket, dispute_id): 分}`."""

    split_id: str
    no: int
    payee_org: str
    account: str
    amount_fen: int
    holdback_fen: int
    vest_on: date
    mirrored: bool
    lies: dict[tuple[str, str], int] = field(default_factory=dict)

    def fen(self, bucket: str, dispute_id: str = "") -> int:
        return self.lies.get((bucket, dispute_id), 0)

    @property
    def paid_to_payee(self) -> bool:
        """A payee's share, which vests and is paid out; otherwise VAT or the platform's."""
        return self.account.startswith("pending:")


@dataclass(frozen=True)
class Move:
    """What a command is going to do with part of a line."""

    of: Standing
    from_bucket: str
    to_bucket: str
    amount_fen: int
    dispute_id: str = ""


def standings(session: TenantSession, order_id: str) -> list[Standing]:
    """Every part of an order's recognised price in a fixed order, VAT first in each split."""
    return _fold(session, col(SplitRow.order_id) == order_id)


def standings_of_payee(session: TenantSession, payee_org: str) -> list[Standing]:
    """Every share of a payee in this book, oldest first."""
    mine = select(SplitLineRow.split_id).where(
        SplitLineRow.org_id == session.org_id, SplitLineRow.payee_org == payee_org
    )
    parts = _fold(session, col(SplitRow.id).in_(mine))
    return [part for part in parts if part.paid_to_payee and part.payee_org == payee_org]


def record_moves(session: TenantSession, moves: Iterable[Move], journal_id: str) -> None:
    """Write the moves a posted journal stands for."""
    session.add_all(
        SplitMoveRow(
            id=new_id(),
            org_id=session.org_id,
            split_id=move.of.split_id,
            line_no=move.of.no,
            from_bucket=move.from_bucket,
            to_bucket=move.to_bucket,
            dispute_id=move.dispute_id,
            amount_fen=move.amount_fen,
            journal_id=journal_id,
        )
        for move in moves
    )
    session.flush()


def _fold(session: TenantSession, which: sa.ColumnElement[bool]) -> list[Standing]:
    # By subquery, not by a list of ids: a payee of many years has more than a statement takes parameters.
    chosen = select(SplitRow.id).where(SplitRow.org_id == session.org_id, which)
    splits = session.exec(
        select(SplitRow)
        .where(SplitRow.org_id == session.org_id, which)
        .order_by(col(SplitRow.created_at), col(SplitRow.order_id), col(SplitRow.no))
    ).all()
    lines: dict[str, list[SplitLineRow]] = {}
    for line in session.exec(
        select(SplitLineRow)
        .where(SplitLineRow.org_id == session.org_id, col(SplitLineRow.split_id).in_(chosen))
        .order_by(col(SplitLineRow.no))
    ):
        lines.setdefault(line.split_id, []).append(line)
    found: dict[tuple[str, int], Standing] = {}
    for row in splits:
        about = (row.vest_on, row.mirrored)
        found[row.id, VAT] = Standing(row.id, VAT, "", "vat_output", row.vat_fen, 0, *about)
        for line in lines.get(row.id, []):
            found[row.id, line.no] = Standing(
                row.id, line.no, line.payee_org, line.account, line.amount_fen, line.holdback_fen, *about
            )
    for part in found.values():
        part.lies[PENDING if part.paid_to_payee else BOOKED, ""] = part.amount_fen
    for move in session.exec(
        select(SplitMoveRow).where(SplitMoveRow.org_id == session.org_id, col(SplitMoveRow.split_id).in_(chosen))
    ):
        lies = found[move.split_id, move.line_no].lies
        for bucket, amount in ((move.from_bucket, -move.amount_fen), (move.to_bucket, move.amount_fen)):
            place = (bucket, move.dispute_id if bucket in HELD.values() else "")
            lies[place] = lies.get(place, 0) + amount
    return list(found.values())

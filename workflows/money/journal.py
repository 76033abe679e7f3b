"""The ledger's rows. A book is one organisation's journals, chained by hash in the order of `seq`."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned

GENESIS = "0" * 64  # prev_hash of a book's first journal


class JournalRow(Owned, table=True):
    """One event in one book. Append-only; a correction is another journal, a reversal points at its original."""

    __tablename__ = "ledger_journal"
    __table_args__ = (
        sa.UniqueConstraint("org_id", "key", name="uq_ledger_journal_key"),
        sa.UniqueConstraint("org_id", "seq", name="uq_ledger_journal_seq"),
        sa.UniqueConstraint("id", "org_id", name="uq_ledger_journal_book"),
        sa.Index("ix_ledger_journal_subject", "org_id", "subject_type", "subject_id"),
    )
    id: str = Field(primary_key=True, max_length=40)
    seq: int
    key: str = Field(max_length=200)
    input_hash: str = Field(max_length=64)
    kind: str = Field(max_length=40)
    subject_type: str = Field(max_length=40)
    subject_id: str = Field(max_length=80)
    reverses_id: str | None = Field(default=None, unique=True, foreign_key="ledger_journal.id", max_length=40)
    period: str = Field(max_length=7)
    posted_at: datetime = Field(sa_type=UTCDateTime)
    actor: str = Field(max_length=120)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class SealRow(Owned, table=True):
    """Closes a journal: the database refuses it unless the lines sum to zero, and lines after it."""

    __tablename__ = "ledger_seal"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["journal_id", "org_id"], ["ledger_journal.id", "ledger_journal.org_id"], name="fk_ledger_seal_book"
        ),
    )
    journal_id: str = Field(primary_key=True, max_length=40)


class LineRow(Owned, table=True):
    """Debit positive, credit negative, never zero, in 分."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["journal_id", "org_id"], ["ledger_journal.id", "ledger_journal.org_id"], name="fk_ledger_line_book"
        ),
        # Deferred: a transaction can't commit lines whose journal was never sealed.
        sa.ForeignKeyConstraint(
            ["journal_id"],
            ["ledger_seal.journal_id"],
            name="fk_ledger_line_seal",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("amount_fen <> 0", name="ck_ledger_line_amount"),
        sa.Index("ix_ledger_line_account", "org_id", "account"),
    )
    journal_id: str = Field(primary_key=True, max_length=40)
    no: int = Field(primary_key=True)
    account: str = Field(max_length=120)
    amount_fen: int = Field(sa_type=sa.BigInteger)


class BalanceRow(Owned, table=True):
    """The running sum of an account's lines; `check_books` rebuilds it."""

    __tablename__ = "ledger_balance"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    account: str = Field(primary_key=True, max_length=120)
    amount_fen: int = Field(sa_type=sa.BigInteger)

"""Rows of upkeep: questions nobody could answer, each organisation's own, and proposals to change the rule book."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned


class UnansweredRow(Owned, table=True):
    """One question of one organisation, however often it was asked. `id` is the digest of both.

    `text` is as first asked, without personal data. `state`: open, answered, wontfix.
    """

    __tablename__ = "unanswered_question"
    id: str = Field(primary_key=True, max_length=64)
    text: str = Field(max_length=500)
    reason: str = Field(max_length=20)
    role: str = Field(default="client", max_length=20)
    region: str | None = Field(default=None, max_length=60)
    count: int = 1
    state: str = Field(default="open", index=True, max_length=10)
    article: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=300)
    settled_by: str | None = Field(default=None, max_length=60)
    first_at: datetime = Field(sa_type=UTCDateTime)
    last_at: datetime = Field(sa_type=UTCDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RuleProposalRow(SQLModel, table=True):
    """A later version of a rule as its author wrote it. Global: the rule book is everyone's; `author_org` and the
    roles say who sees a draft. `state`: draft, published, withdrawn; `number` counts decisions, so that every process
    sees that the book changed.
    """

    __tablename__ = "rule_proposal"
    id: str = Field(primary_key=True, max_length=40)
    shelf: str = Field(max_length=20)  # programmes | certifications | listing | tax | registration
    rule_id: str = Field(index=True, max_length=80)
    name: str = Field(max_length=200)
    valid_from: date
    text: str
    content_hash: str = Field(index=True, max_length=64)
    reason: str = Field(default="", max_length=500)
    state: str = Field(default="draft", index=True, max_length=10)
    author: str = Field(max_length=60)
    author_org: str = Field(max_length=40)
    created_at: datetime = Field(sa_type=UTCDateTime)
    reviewer: str | None = Field(default=None, max_length=60)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    number: int = Field(default=0, index=True)

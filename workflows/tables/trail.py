"""What happened and what follows from what: events chained by hash, links, and the answers given under a key."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned

GENESIS = "0" * 64  # prev_hash of an organisation's first event


class EventRow(Owned, table=True):
    """One change of one row, in its organisation's chain. Never changed, never deleted."""

    __tablename__ = "event"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    actor_id: str = Field(max_length=60)
    actor: str = Field(max_length=120)
    machine: str = Field(max_length=20)
    subject_id: str = Field(max_length=60)
    order_id: str | None = Field(default=None, index=True, max_length=60)
    command: str = Field(max_length=30)
    source: str | None = Field(default=None, max_length=20)
    target: str = Field(max_length=20)
    detail: str | None = Field(default=None, max_length=1000)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class TraceLinkRow(Owned, table=True):
    """`source` led to `target`. An organisation holds the links between things it may know."""

    __tablename__ = "trace_link"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    source_kind: str = Field(primary_key=True, max_length=20)
    source_id: str = Field(primary_key=True, max_length=120)
    target_kind: str = Field(primary_key=True, max_length=20)
    target_id: str = Field(primary_key=True, max_length=120)
    created_at: datetime = Field(sa_type=UTCDateTime)


class IdempotencyRow(Owned, table=True):
    """The first answer given under a key; the same key with other input is a conflict."""

    __tablename__ = "idempotency"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    key: str = Field(primary_key=True, max_length=160)
    input_hash: str = Field(max_length=64)
    response: dict[str, Any] = Field(sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UTCDateTime)

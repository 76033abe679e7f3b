"""Who does it and how it went: dispatch and offer are the seller's, job, steps and files the executor's."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned
from workflows.tables.aggregate import Aggregate


class DispatchRow(Aggregate, table=True):
    """A decision by the 三不 rule with all that led to it. `executor_org` is null when nobody qualifies."""

    __tablename__ = "dispatch"
    machine: ClassVar[str] = "dispatch"
    order_id: str = Field(index=True, max_length=60)
    route: str = Field(max_length=20)
    code: str | None = Field(default=None, max_length=10)
    executor_org: str | None = Field(default=None, max_length=40)
    reason: str = Field(max_length=1000)
    decision: dict[str, Any] = Field(sa_type=sa.JSON)
    rule_sha256: str = Field(max_length=64)


class OfferRow(Aggregate, table=True):
    """An offer of the work to one organisation at the price the frozen agreement leaves it."""

    __tablename__ = "offer"
    machine: ClassVar[str] = "offer"
    order_id: str = Field(index=True, max_length=60)
    dispatch_id: str = Field(max_length=60)
    executor_org: str = Field(foreign_key="org.id", max_length=40)
    price_fen: int = Field(sa_type=sa.BigInteger)
    expires_at: datetime = Field(sa_type=UTCDateTime)


class JobRow(Aggregate, table=True):
    __tablename__ = "job"
    machine: ClassVar[str] = "job"
    order_id: str = Field(index=True, max_length=60)
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    service_id: str = Field(max_length=60)
    sop: dict[str, Any] = Field(sa_type=sa.JSON)
    subcontracted: bool
    due_on: date
    submitted_by: str | None = Field(default=None, max_length=60)
    reworks: int = 0


class StepRow(Aggregate, table=True):
    """A run of one SOP step. `doers` are the user ids of everyone who worked on it: none of them may check it."""

    __tablename__ = "step_run"
    machine: ClassVar[str] = "step"
    order_id: str = Field(index=True, max_length=60)
    job_id: str = Field(index=True, max_length=60)
    no: int
    doers: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    due_on: date | None = None
    late: bool = False


class EvidenceRow(Owned, table=True):
    """A file by its hash. Each organisation that may open it has a row of its own under the same id."""

    __tablename__ = "evidence"
    id: str = Field(primary_key=True, max_length=60)
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    order_id: str = Field(index=True, max_length=60)
    step_id: str = Field(index=True, max_length=60)
    type: str = Field(max_length=40)
    filename: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    size: int
    mime: str = Field(max_length=100)
    uploader: str = Field(max_length=200)
    uploaded_at: datetime = Field(sa_type=UTCDateTime)

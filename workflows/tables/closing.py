"""The client's word on the work: acceptance and evaluation, owned by the client."""

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from workflows.tables.aggregate import Aggregate


class AcceptanceRow(Aggregate, table=True):
    """Asked for at delivery; after `due_on` it counts as given."""

    __tablename__ = "acceptance"
    machine: ClassVar[str] = "acceptance"
    order_id: str = Field(index=True, max_length=60)
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    due_on: date
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str | None = Field(default=None, max_length=500)


class EvaluationRow(Aggregate, table=True):
    """1 to 5 and a few words, once."""

    __tablename__ = "evaluation"
    machine: ClassVar[str] = "evaluation"
    order_id: str = Field(index=True, max_length=60)
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    score: int | None = None
    text: str | None = Field(default=None, max_length=500)

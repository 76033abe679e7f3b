"""What is due and what is to be told. The sweep crosses organisations, so these rows hold no business data."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned


class TimerRow(SQLModel, table=True):
    """Global: a key, a kind, when, and whose row it is about. What it means is read in that organisation's session."""

    __tablename__ = "timer"
    key: str = Field(primary_key=True, max_length=120)
    kind: str = Field(max_length=30)
    owner: str = Field(max_length=40)
    subject_id: str = Field(index=True, max_length=60)
    due: datetime = Field(index=True, sa_type=UTCDateTime)
    state: str = Field(default="waiting", index=True, max_length=10)


class OutboxRow(SQLModel, table=True):
    """Global: someone is to be told about something. Delivery turns it into a notice of that organisation."""

    __tablename__ = "outbox"
    key: str = Field(primary_key=True, max_length=120)
    kind: str = Field(max_length=30)
    owner: str = Field(max_length=40)
    order_id: str = Field(max_length=60)
    created_at: datetime = Field(sa_type=UTCDateTime)
    state: str = Field(default="waiting", index=True, max_length=10)


class NoticeRow(Owned, table=True):
    """A delivered notice in an organisation's inbox."""

    __tablename__ = "notice"
    id: str = Field(primary_key=True, max_length=120)
    order_id: str = Field(index=True, max_length=60)
    kind: str = Field(max_length=30)
    text: str = Field(max_length=300)
    at: datetime = Field(sa_type=UTCDateTime)

"""From a need to a signed contract and its payment. Needs and shown quotes are the client's, the rest the seller's."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned
from workflows.tables.aggregate import Aggregate


class NeedRow(Owned, table=True):
    """What the client asked for, as ids of the conversation, the diagnoses and the texts it rests on."""

    __tablename__ = "need"
    id: str = Field(primary_key=True, max_length=60)
    service_id: str = Field(max_length=60)
    conversation_id: str = Field(max_length=60)
    diagnosis_ids: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    evidence_ids: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=UTCDateTime)


class QuoteRow(Aggregate, table=True):
    """The seller's quote. `shown` is what the client sees, `service` the catalogue entry as it stood."""

    __tablename__ = "quote"
    machine: ClassVar[str] = "quote"
    client_org: str = Field(foreign_key="org.id", max_length=40)
    service_id: str = Field(max_length=60)
    need_id: str = Field(max_length=60)
    referrer_org: str | None = Field(default=None, max_length=40)
    price_fen: int = Field(sa_type=sa.BigInteger)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    shown: dict[str, Any] = Field(sa_type=sa.JSON)
    service: dict[str, Any] = Field(sa_type=sa.JSON)
    sha256: str = Field(max_length=64)
    order_id: str | None = Field(default=None, max_length=60)


class ClientQuoteRow(Aggregate, table=True):
    """The client's copy of a quote: what was shown, nothing else."""

    __tablename__ = "client_quote"
    machine: ClassVar[str] = "quote"
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    service_id: str = Field(max_length=60)
    shown: dict[str, Any] = Field(sa_type=sa.JSON)
    order_id: str | None = Field(default=None, max_length=60)


class ContractRow(Aggregate, table=True):
    """`sha256` is of what was shown and confirmed; a changed text would be another contract."""

    __tablename__ = "contract"
    machine: ClassVar[str] = "contract"
    order_id: str = Field(index=True, max_length=60)
    client_org: str = Field(foreign_key="org.id", max_length=40)
    sha256: str = Field(max_length=64)
    signed_by: str | None = Field(default=None, max_length=60)
    signed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PaymentRow(Aggregate, table=True):
    """What is due and the bank slip that settled it. A slip's reference settles one payment of the seller."""

    __tablename__ = "payment"
    __table_args__ = (sa.UniqueConstraint("org_id", "reference", name="uq_payment_reference"),)
    machine: ClassVar[str] = "payment"
    order_id: str = Field(index=True, max_length=60)
    due_fen: int = Field(sa_type=sa.BigInteger)
    paid_fen: int = Field(default=0, sa_type=sa.BigInteger)
    reference: str | None = Field(default=None, max_length=80)
    captured_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

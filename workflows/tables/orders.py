"""One order, three rows: the seller's with everything, the client's and the executor's with what each may know."""

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from workflows.tables.aggregate import Aggregate


class SalesOrderRow(Aggregate, table=True):
    """The seller's order. `service` and `terms` are frozen at signing; `shown` is what the seller's page shows."""

    __tablename__ = "sales_order"
    machine: ClassVar[str] = "order"
    client_org: str = Field(foreign_key="org.id", max_length=40)
    referrer_org: str | None = Field(default=None, max_length=40)
    quote_id: str = Field(unique=True, max_length=60)
    service_id: str = Field(max_length=60)
    service: dict[str, Any] = Field(sa_type=sa.JSON)
    terms: dict[str, Any] = Field(sa_type=sa.JSON)
    price_fen: int = Field(sa_type=sa.BigInteger)
    signed_on: date
    credit: bool = False
    executor_org: str | None = Field(default=None, max_length=40)
    job_id: str | None = Field(default=None, max_length=60)
    split: list[dict[str, Any]] | None = Field(default=None, sa_type=sa.JSON)
    shown: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class ClientOrderRow(Aggregate, table=True):
    """The client's own row of its order."""

    __tablename__ = "client_order"
    machine: ClassVar[str] = "order"
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    shown: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class PartnerJobRow(Aggregate, table=True):
    """The row of whoever was offered the work: scope, procedure, deadline, its own price."""

    __tablename__ = "partner_job"
    machine: ClassVar[str] = "order"
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    offer_id: str = Field(max_length=60)
    shown: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


Holder = SalesOrderRow | ClientOrderRow | PartnerJobRow

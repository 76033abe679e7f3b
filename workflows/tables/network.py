"""Who serves whom and who can do what. Clients and territories are in headquarters' register."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from knowledge.base.tenancy import Owned


class TerritoryRow(Owned, table=True):
    """Clients whose region begins with `region` and whom nobody has acquired are served by `seller_org`."""

    __tablename__ = "territory"
    id: str = Field(primary_key=True, max_length=60)
    region: str = Field(max_length=60)
    seller_org: str = Field(foreign_key="org.id", max_length=40)


class ClientRelationRow(Owned, table=True):
    """Who acquired a client, so that two sellers never sign the same one; who referred it; whether on credit."""

    __tablename__ = "client_relation"
    __table_args__ = (sa.UniqueConstraint("org_id", "client_org", name="uq_client_relation"),)
    id: str = Field(primary_key=True, max_length=60)
    client_org: str = Field(foreign_key="org.id", max_length=40)
    seller_org: str = Field(foreign_key="org.id", max_length=40)
    referrer_org: str | None = Field(default=None, max_length=40)
    credit: bool = False


class CapabilityRow(Owned, table=True):
    """One service an organisation does. `ask_fen` is its public price; `floor_fen` the least it works for, its own."""

    __tablename__ = "capability"
    id: str = Field(primary_key=True, max_length=80)
    service_id: str = Field(index=True, max_length=60)
    willing: bool = True
    ask_fen: int = Field(sa_type=sa.BigInteger)
    floor_fen: int = Field(sa_type=sa.BigInteger)
    days: int
    capacity: int
    regions: list[str] = Field(default_factory=list, sa_type=sa.JSON)


class PermitRow(Owned, table=True):
    """A licence an organisation holds, named as services name it, with its last valid day."""

    __tablename__ = "permit"
    id: str = Field(primary_key=True, max_length=80)
    name: str = Field(max_length=60)
    valid_to: date | None = None


class RecordRow(Owned, table=True):
    """How an organisation did on a service so far: what `badly` is judged by."""

    __tablename__ = "provider_record"
    id: str = Field(primary_key=True, max_length=80)
    service_id: str = Field(index=True, max_length=60)
    jobs: int = 0
    on_time: int = 0
    disputes: int = 0
    ratings: int = 0
    rating_sum: int = 0

"""Who there is: organisations, users and the roles a user has in an organisation. Global tables, read by sign-in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from knowledge.base.db import UTCDateTime


class OrgKind(StrEnum):
    HQ = "hq"
    DIRECT = "direct"
    EQUITY_CHANNEL = "equity_channel"
    PARTNER = "partner"
    CLIENT = "client"
    VISITOR = "visitor"


class Role(StrEnum):
    """What a person does in an organisation. A visitor isn't signed in and may ask and diagnose, not order."""

    CLIENT = "client"
    SALES = "sales"
    MANAGER = "manager"
    DELIVERY = "delivery"
    PARTNER = "partner"
    FINANCE = "finance"
    HQ = "hq"
    AUDITOR = "auditor"
    VISITOR = "visitor"


class Org(SQLModel, table=True):
    __tablename__ = "org"
    id: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=120)
    region: str = Field(default="", max_length=60)
    parent_id: str | None = Field(default=None, foreign_key="org.id", max_length=40)


class User(SQLModel, table=True):
    __tablename__ = "user"
    id: str = Field(primary_key=True, max_length=40)
    username: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=60)
    password_hash: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UTCDateTime)


class Membership(SQLModel, table=True):
    """Roles of one user in one organisation."""

    __tablename__ = "membership"
    user_id: str = Field(primary_key=True, foreign_key="user.id", max_length=40)
    org_id: str = Field(primary_key=True, foreign_key="org.id", max_length=40)
    roles: list[str] = Field(default_factory=list, sa_type=JSON)

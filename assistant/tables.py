"""Rows of conversations. Owned by the client's organisation, or by the visitors' one; read only by who opened them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from knowledge.base.db import UTCDateTime
from knowledge.base.tenancy import Owned


class ConversationRow(Owned, table=True):
    """`subject` is the user (or the visitor's token subject); `version` counts turns for compare-and-set."""

    __tablename__ = "conversation"
    id: str = Field(primary_key=True, max_length=40)
    subject: str = Field(index=True, max_length=40)
    company_id: str = Field(max_length=40)
    title: str = Field(default="", max_length=80)
    role: str = Field(default="client", max_length=20)
    region: str | None = Field(default=None, max_length=60)
    mode: str = Field(default="bot", max_length=10)  # bot | queued | human | closed
    dialog: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    version: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)


class MessageRow(Owned, table=True):
    """One line of a conversation; `key` makes a repeated post give the first reply."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("conversation_id", "key"), UniqueConstraint("conversation_id", "seq"))
    id: str = Field(primary_key=True, max_length=40)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, max_length=40)
    seq: int
    author: str = Field(max_length=10)  # user | assistant | staff
    text: str
    key: str = Field(max_length=80)
    input_hash: str = Field(default="", max_length=64)
    reply: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    at: datetime = Field(sa_type=UTCDateTime)

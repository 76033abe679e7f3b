"""Documents, chunks and vectors. Global tables: national law is read by all, and `owner_org` with `audience` say who
may read the rest; `retrieval` puts both into every index query.

A row of `knowledge_document` is one version of one text. Whatever changes about it or its chunks gives it a new number
from the change sequence, so an index needs only "everything after the last number I saw".
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import JSON, LargeBinary, Table, create_engine
from sqlmodel import Field, Session, SQLModel, col, select

from knowledge.base.db import Database, UTCDateTime
from knowledge.base.ids import new_id

EVERYONE = "*"  # owner_org of what every organisation may read
NATIONAL = "全国"


class DocumentRow(SQLModel, table=True):
    """One dated version. `series` joins the versions of one law; `effective_to` is the last day in force."""

    __tablename__ = "knowledge_document"
    id: str = Field(primary_key=True, max_length=40)
    series: str = Field(index=True, max_length=200)
    title: str = Field(max_length=200)
    doc_no: str = Field(default="", index=True, max_length=120)
    issuer: str = Field(default="", max_length=120)
    region: str = Field(default=NATIONAL, max_length=60)
    kind: str = Field(max_length=20)
    issued: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    stated_end: date | None = None  # what the source itself says; effective_to also counts newer versions
    status: str = Field(default="unknown", max_length=20)
    supersedes: str | None = Field(default=None, max_length=40)
    superseded_by: str | None = Field(default=None, max_length=40)  # the newer version, or the law that repeals it
    url: str | None = Field(default=None, max_length=500)
    confidence: str = Field(default="", max_length=20)
    owner_org: str = Field(default=EVERYONE, index=True, max_length=40)
    audience: str = Field(default="client", max_length=20)
    content_hash: str = Field(max_length=64)
    source: str = Field(default="", index=True, max_length=500)
    about: dict[str, object] = Field(default_factory=dict, sa_type=JSON)  # aliases, rule_ids, documents, flags
    published: bool = Field(default=False)
    loaded_by: str = Field(default="", max_length=60)
    loaded_org: str = Field(default="", max_length=40)  # the uploader's organisation; "" when an operator loaded it
    loaded_at: datetime = Field(sa_type=UTCDateTime)
    reviewer: str | None = Field(default=None, max_length=60)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    changed: int = Field(index=True)


class ChunkRow(SQLModel, table=True):
    """A clause or section (`kind` text), or a client's phrasing that points at one (`kind` question, `target`)."""

    __tablename__ = "knowledge_chunk"
    id: str = Field(primary_key=True, max_length=60)
    document_id: str = Field(index=True, foreign_key="knowledge_document.id", max_length=40)
    ordinal: int
    kind: str = Field(default="text", max_length=20)
    path: str = Field(default="", max_length=400)
    clause: str | None = Field(default=None, max_length=120)
    text: str
    context: str = Field(default="", max_length=800)
    target: str | None = Field(default=None, max_length=60)
    content_hash: str = Field(index=True, max_length=64)


class RepealRow(SQLModel, table=True):
    """A title that a document says it puts an end to, from its own first day on. `adopted` is that document's."""

    __tablename__ = "knowledge_repeal"
    document_id: str = Field(primary_key=True, foreign_key="knowledge_document.id", max_length=40)
    title: str = Field(primary_key=True, index=True, max_length=200)
    region: str = Field(max_length=60)
    adopted: date | None = None


class EmbeddingRow(SQLModel, table=True):
    """The vector of a chunk's text, kept by its hash: the same words are never embedded twice. float16, normalised."""

    __tablename__ = "knowledge_embedding"
    content_hash: str = Field(primary_key=True, max_length=64)
    model: str = Field(primary_key=True, max_length=120)
    vector: bytes = Field(sa_type=LargeBinary)
    changed: int = Field(index=True)


class ChangeRow(SQLModel, table=True):
    """The change sequence: one row, raised inside the transaction that changes something.

    `library` names this sequence, so that an index left over from another database is never taken for one of this.
    """

    __tablename__ = "knowledge_change"
    id: int = Field(primary_key=True)
    number: int
    library: str = Field(default_factory=new_id, max_length=26)


_NUMBER = sa.select(col(ChangeRow.number)).where(col(ChangeRow.id) == 1)  # built once: every search asks


def next_change(session: Session) -> int:
    """The next number; the row stays locked to the end of the transaction, so numbers appear in their order."""
    row = session.get(ChangeRow, 1, with_for_update=True)
    if row is None:
        row = ChangeRow(id=1, number=0)
        session.add(row)
    row.number += 1
    session.flush()
    return row.number


def last_change(session: Session) -> int:
    """The newest number a reader can see; 0 in an empty database."""
    return session.connection().execute(_NUMBER).scalar() or 0


def library_name(session: Session) -> str:
    """Whose numbers these are; "" in an empty database."""
    return session.exec(select(ChangeRow.library).where(col(ChangeRow.id) == 1)).first() or ""


def library_tables() -> list[Table]:
    """The tables of knowledge, without those of organisations and orders."""
    return [table for name, table in SQLModel.metadata.tables.items() if name.startswith("knowledge_")]


def empty_library(url: str) -> Database:
    """A database with the tables of knowledge alone: for measuring and learning, never migrated."""
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine, library_tables())
    engine.dispose()
    return Database(url)

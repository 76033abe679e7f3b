"""pgvector as the vector index: a cache in the same PostgreSQL, in a schema of its own, filled inside transactions.

What a reader may see is part of the query, and HNSW goes on looking (`iterative_scan`) until enough rows pass it. Where
few pass it would miss half of the nearest (docs/decisions/0028-scale.md), so the distance of each is taken. Vectors are
kept as they come, in half precision. The mark that says which change the table is at is written in the same transaction
as its rows, so a killed writer leaves the old state; a table of another library is emptied.
"""

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema
from sqlmodel import col, select

from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.base.ids import digest
from knowledge.ingest.tables import EVERYONE, EmbeddingRow
from retrieval.behind import Behind, Follower, changes
from retrieval.evidence import Filter
from retrieval.passages import Terms, library, newest, vectors_of

SCHEMA, SHAPE, BATCH = "qifu_index", 2, 1_000
BUILDING = "256MB"  # memory for building HNSW; about enough for 200,000 rows
FEW, FILTERS = 10_000, 256  # rows that are all looked at; filters whose answer is kept
LOOK, SCAN = 200, 200_000  # rows HNSW keeps in sight; rows it may weigh before it gives up on a narrow filter
NEAR = (
    ("hnsw.iterative_scan", "relaxed_order"), ("hnsw.ef_search", str(LOOK)), ("hnsw.max_scan_tuples", str(SCAN)),
)  # fmt: skip
EACH = (("enable_indexscan", "off"),)


class PgvectorIndex:
    """Raises `Behind` from `search` while a thread catches up. Several processes may share the table.

    Of a filter that lets at most `few` rows through, each is looked at.
    """

    def __init__(self, database: Database, model: str, *, few: int = FEW) -> None:
        if database.engine.dialect.name != "postgresql":
            raise BadInput(
                "QIFU_INDEX=pgvector 需要 PostgreSQL；请设 QIFU_DATABASE_URL=postgresql+psycopg://…，或改用 chroma。",
                field="index",
            )
        self.database = database
        self.model = model
        self.seen = 0
        self._table: sa.Table | None = None
        self.few = few
        self._fews: dict[Filter, bool] = {}
        self._counted = 0  # the change they were counted at
        self._busy = threading.Lock()
        self._follower = Follower(self.catch_up)
        self._closed = False

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine), best first."""
        table = self._table
        if table is None or self.seen < newest(self.database):
            self._follower.start()
            raise Behind("the vector index is catching up")
        far = table.c.vector.cosine_distance(vector)
        query = sa.select(table.c.id, far.label("far")).where(*_allowed(table, wanted)).order_by(far).limit(k)
        try:
            with self.database.engine.begin() as connection:
                for name, value in EACH if self._few(connection, table, wanted) else NEAR:
                    connection.execute(sa.select(sa.func.set_config(name, value, True)))
                found = connection.execute(query).all()
        except sa.exc.DBAPIError:
            self._table, self.seen = None, 0  # dropped under us: made anew by the next catch-up
            raise
        best = sorted((float(distance), str(key)) for key, distance in found)  # HNSW tells late finds late
        return [(key, 1.0 - distance) for distance, key in best]

    def _few(self, connection: sa.Connection, table: sa.Table, wanted: Filter) -> bool:
        """Whether so few rows pass that each is looked at; known until the table changes."""
        if self._counted != self.seen or len(self._fews) >= FILTERS:
            self._counted, self._fews = self.seen, {}
        if (few := self._fews.get(wanted)) is None:
            some = sa.select(table.c.id).where(*_allowed(table, wanted)).limit(self.few + 1).subquery()
            few = connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= self.few
            self._fews[wanted] = few
        return few

    def catch_up(self) -> None:
        """Bring the table to SQL's newest change, in the caller's thread."""
        with self._busy:
            if not self._closed:
                self._apply()

    def close(self) -> None:
        with self._busy:
            self._closed, self._table, self.seen = True, None, 0

    def _apply(self) -> None:
        number, name = newest(self.database), library(self.database)
        with self.database.read() as work:
            session = work.session(EVERYONE)
            any_vector = select(EmbeddingRow.vector).where(col(EmbeddingRow.model) == self.model).limit(1)
            some = session.exec(any_vector).first()
        if some is None:
            self.seen = 0
            return  # no vector of this model yet
        table, marks = _tables(self.model, len(some) // 2)
        with self.database.engine.begin() as connection:
            connection.execute(sa.DDL("CREATE EXTENSION IF NOT EXISTS vector"))  # type: ignore[no-untyped-call]
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            table.metadata.create_all(connection)
        with self.database.engine.begin() as connection, self.database.read() as work:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int(digest([table.name])[:12], 16))))
            held = connection.execute(sa.select(marks).where(marks.c.name == table.name)).first()
            seen = int(held.seen) if held is not None and (held.library, held.seen <= number) == (name, True) else 0
            near = next(index for index in table.indexes if str(index.name).endswith("_near"))
            if not seen:
                near.drop(connection, checkfirst=True)  # made once all rows are in: several times faster
                connection.execute(sa.delete(table))
            session = work.session(EVERYONE)
            gone, terms = changes(session, self.model, seen)
            for group in _groups(sorted(gone)) if seen else ():
                connection.execute(sa.delete(table).where(table.c.document.in_(group)))
            rows: list[dict[str, Any]] = []
            for key, document, raw in vectors_of(session, self.model, list(terms)):
                rows.append(_row(key, document, raw, terms))
                if len(rows) == BATCH:
                    connection.execute(sa.insert(table), rows)
                    rows = []
            if rows:
                connection.execute(sa.insert(table), rows)
            if not seen:
                connection.execute(sa.select(sa.func.set_config("maintenance_work_mem", BUILDING, True)))
                near.create(connection)
                connection.execute(sa.DDL(f"ANALYZE {table.fullname}"))  # type: ignore[no-untyped-call]
            connection.execute(sa.delete(marks).where(marks.c.name == table.name))
            connection.execute(sa.insert(marks), [{"name": table.name, "library": name, "seen": number}])
        self._table, self.seen = table, number


def _tables(model: str, width: int) -> tuple[sa.Table, sa.Table]:
    """The vectors of one model and the marks, outside the models' metadata: no migration knows a cache."""
    from pgvector.sqlalchemy import HALFVEC

    metadata = sa.MetaData(schema=SCHEMA)
    name = f"vector_{digest([SHAPE, model, width])[:16]}"
    text = [sa.Column(column, sa.String, nullable=False) for column in ("document", "owner", "audience", "region")]
    days = [sa.Column(column, sa.Integer, nullable=False) for column in ("first", "last")]
    table = sa.Table(
        name, metadata, sa.Column("id", sa.String, primary_key=True), *text, *days, sa.Column("vector", HALFVEC(width))
    )
    sa.Index(f"{name}_document", table.c.document)
    sa.Index(f"{name}_days", table.c.first, table.c.last)
    sa.Index(
        f"{name}_near", table.c.vector, postgresql_using="hnsw", postgresql_ops={"vector": "halfvec_cosine_ops"},
        postgresql_with={"m": 16, "ef_construction": 64},
    )  # fmt: skip
    marks = sa.Table(
        "mark", metadata, sa.Column("name", sa.String, primary_key=True), sa.Column("library", sa.String),
        sa.Column("seen", sa.Integer),
    )  # fmt: skip
    return table, marks


def _allowed(table: sa.Table, wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """An empty set lets nothing through."""
    parts: list[sa.ColumnElement[bool]] = [
        table.c.owner.in_(sorted(wanted.owners)),
        table.c.audience.in_(sorted(wanted.audiences)),
        table.c.region.in_(sorted(wanted.regions)),
    ]
    if wanted.day is not None:
        parts += [table.c.first <= wanted.day, table.c.last >= wanted.day]
    return parts


def _row(key: str, document: str, raw: bytes, terms: Mapping[str, Terms]) -> dict[str, Any]:
    term = terms[document]
    return {
        "id": key, "document": document, "owner": term.owner, "audience": term.audience, "region": term.region,
        "first": term.first, "last": term.last, "vector": np.frombuffer(raw, np.float16).astype(np.float32),
    }  # fmt: skip


def _groups(values: list[str]) -> list[list[str]]:
    return [values[start : start + 400] for start in range(0, len(values), 400)]

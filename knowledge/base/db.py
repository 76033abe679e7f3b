"""One database, opened once: `Database.work()` is one write transaction, `Database.read()` one that is rolled back.

SQLite runs with WAL, `synchronous=FULL` (money), foreign keys and recursive triggers (without them `INSERT OR
REPLACE` slips past append-only triggers). Writers take the lock at `BEGIN IMMEDIATE`, so two of them queue instead of
failing half-way. Commit happens here and nowhere else.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.types import TypeDecorator

from knowledge.base.tenancy import TenantSession, guard_engine


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused where it is written."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


class Work:
    """One transaction. Sessions made here share it; each is bound to one organisation for life."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sessions: dict[tuple[str, frozenset[str]], TenantSession] = {}

    def session(self, org_id: str, *, reads: Iterable[str] = ()) -> TenantSession:
        """The session of `org_id`; it writes only that organisation's rows and reads also those of `reads`."""
        key = (org_id, frozenset(reads) | {org_id})
        if key not in self._sessions:
            self._sessions[key] = TenantSession(self._connection, *key)
        return self._sessions[key]

    def flush(self) -> None:
        for session in self._sessions.values():
            session.flush()

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()


class Database:
    """Raises `sqlalchemy.exc.ArgumentError` on an address it can't read."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(url)
        guard_engine(self.engine)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """A write transaction: committed when the block ends, rolled back when it raises."""
        with self.engine.connect().execution_options(qifu_write=True) as connection, connection.begin():
            work = Work(connection)
            try:
                yield work
                work.flush()
            finally:
                work.close()

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A consistent view; nothing written inside it survives."""
        with self.engine.connect() as connection:
            transaction = connection.begin()
            work = Work(connection)
            try:
                yield work
            finally:
                work.close()
                transaction.rollback()

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute("BEGIN IMMEDIATE" if connection.get_execution_options().get("qifu_write") else "BEGIN")

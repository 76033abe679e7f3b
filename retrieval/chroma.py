"""Chroma as the vector index, embedded or as a server of its own, for the one process that serves.

A cache of SQL that may be lost at any time: a lock keeps a second process out, a mark on disk tells a write that was
cut short (kill -9 broke the index in 3 of 4 runs), and then the folder is thrown away and filled again from SQL. Until
it has caught up it refuses to answer, and the exact search stands in.

Chroma weighs every row that a `where` lets through, and naming the rows to look among costs a tenth of that
(docs/decisions/0028-scale.md). So owner, audience, region and days choose among collections (`retrieval.parts`), asked
without a condition; only of one that the day cuts through are the rows in force named, in the query itself.
"""

import fcntl
import heapq
import json
import logging
import shutil
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.base.db import Database
from knowledge.base.ids import digest
from knowledge.ingest.tables import EVERYONE
from retrieval.behind import Behind, Follower, changes
from retrieval.evidence import Filter
from retrieval.parts import ROWS, Part, Parts
from retrieval.passages import Terms, keys_of, library, newest, vectors_of

log = logging.getLogger(__name__)
BATCH = 1_000
SERVER_S = 30.0  # for one answer of a Chroma server
SHAPE = 4
# Every delete replays what wasn't written to disk since `sync_threshold` rows: at Chroma's own 1,000 that took seconds.
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24, "sync_threshold": 100}


class ChromaIndex:
    """Raises `Behind` from `search` while a thread catches up, and always where another process has the folder."""

    def __init__(self, database: Database, model: str, folder: Path, *, rows: int = ROWS) -> None:
        self.database = database
        self.rows = rows  # of a part, about
        self.model = model
        self.folder = folder
        self.seen = 0
        self._parts = Parts(rows)
        self._stores: dict[Part, Any] = {}
        self._client: Any = None
        self._guard: Any = None
        self._busy = threading.Lock()
        self._plan = threading.Lock()  # held while what there is to ask is changed or read
        self._moves = 0  # odd while rows come and go
        self._follower = Follower(self.catch_up)
        self._closed = False
        self._names = ""

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine), best first."""
        if self._client is None or self.seen < newest(self.database):
            self._follower.start()
            raise Behind("the vector index is catching up")
        before = self._moves
        try:
            with self._plan:
                asked = [(self._stores[part], count, rows) for part, count, rows in self._parts.asked(wanted)]
            found = [hit for store, count, rows in asked for hit in _nearest(store, vector, min(k, count), rows)]
        except Exception as error:
            if before % 2 or self._moves != before:  # rows were named that have gone meanwhile
                raise Behind("the vector index is catching up") from error
            self._forget()  # opened anew, or thrown away, by the next catch-up
            raise
        return heapq.nlargest(k, found, key=lambda hit: (hit[1], hit[0]))

    def catch_up(self) -> None:
        """Bring the index to SQL's newest change, in the caller's thread. Raises `BlockingIOError` where another
        process has the folder.
        """
        with self._busy:
            if self._closed:
                return
            try:
                self._open()
                self._apply()
            except BlockingIOError:
                raise
            except BaseException as error:  # a damaged store panics in Rust, which isn't an `Exception`
                if isinstance(error, KeyboardInterrupt | SystemExit):
                    raise
                log.warning("vector index built anew: %s", error)
                self._discard()
                self._open()
                self._apply()

    def close(self) -> None:
        with self._busy:
            self._closed = True
            self._forget()
            if self._guard is not None:
                self._guard.close()
                self._guard = None

    def _open(self) -> None:
        if self._client is not None and self.folder.exists():
            return
        self._forget()
        self._take_lock()
        mark = self._mark()
        if not mark:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._names = digest([library(self.database), self.model])[:16]  # one server may hold several libraries
        client = self._connected(bool(mark))
        self._restore(client, mark)
        self.seen = int(mark.get("seen", 0))
        self._client = client

    def _connected(self, _whole: bool) -> Any:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        return chromadb.PersistentClient(
            path=str(self.folder), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=True)
        )

    def _restore(self, client: Any, mark: dict[str, Any]) -> None:
        """What the folder holds as its mark tells it. Raises `RuntimeError` where vectors are lost."""
        parts = Parts.of(mark["parts"], self.rows) if mark else Parts(self.rows)
        stores = {}
        for part, count in parts.counts().items():
            stores[part] = client.get_collection(self._name(part), embedding_function=None)
            if stores[part].count() != count:
                raise RuntimeError("the store has lost vectors")
        self._parts, self._stores = parts, stores

    def _name(self, part: Part) -> str:
        return f"part-{self._names}-{digest(part)[:24]}"

    def _apply(self) -> None:
        number = newest(self.database)
        if number == self.seen:
            return
        (self.folder / "seen.json").unlink(missing_ok=True)  # from here until the end the folder counts as broken
        self._moves += 1
        with self.database.read() as work:
            session = work.session(EVERYONE)
            gone, terms = changes(session, self.model, self.seen)
            self._remove(gone)
            sizes = Counter(document for _, document, _ in keys_of(session, list(terms)))
            with self._plan:
                moved = self._parts.divide({document: (term, sizes[document]) for document, term in terms.items()})
            self._remove(moved)
            terms |= moved
            for rows in _grouped(vectors_of(session, self.model, list(terms)), BATCH):
                self._add(rows, terms)
        self.seen = number
        self._write_mark()
        self._moves += 1

    def _write_mark(self) -> None:
        whose = {"shape": SHAPE, "seen": self.seen, "model": self.model, "library": library(self.database)}
        written = self.folder / "seen.part"
        written.write_text(json.dumps({**whose, "parts": self._parts.told()}))
        written.replace(self.folder / "seen.json")

    def _remove(self, documents: Iterable[str]) -> None:
        within: dict[Part, list[str]] = {}
        with self._plan:
            for document in documents:
                if (held := self._parts.remove(document)) is not None:
                    within.setdefault(held[0], []).extend(held[1])
        for part, rows in within.items():
            for start in range(0, len(rows), BATCH):  # by their ids: by a `where` it takes a hundred times as long
                self._stores[part].delete(ids=rows[start : start + BATCH])

    def _add(self, rows: list[tuple[str, str, bytes]], terms: dict[str, Terms]) -> None:
        within: dict[Part, list[tuple[str, str, bytes]]] = {}
        for row in rows:
            with self._plan:
                part = self._parts.where.get(row[1]) or self._parts.put(row[1], terms[row[1]])
            within.setdefault(part, []).append(row)
        for part, held in within.items():
            if part not in self._stores:
                self._stores[part] = self._client.get_or_create_collection(
                    self._name(part), configuration={"hnsw": HNSW}, embedding_function=None
                )
            self._stores[part].upsert(
                ids=[key for key, *_ in held],
                embeddings=np.stack([np.frombuffer(raw, np.float16).astype(np.float32) for *_, raw in held]),
            )
            with self._plan:
                for key, document, _ in held:
                    self._parts.add(document, key)

    def _discard(self) -> None:
        self._forget()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget(self) -> None:
        self._parts, self._stores, self.seen = Parts(self.rows), {}, 0
        self._moves += self._moves % 2
        if self._client is not None:
            try:
                self._client.close()
            except Exception as error:
                log.info("closing the vector index: %s", error)
            self._client = None

    def _take_lock(self) -> None:
        if self._guard is None:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            guard = (self.folder.parent / f"{self.folder.name}.lock").open("w")
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                guard.close()
                raise
            self._guard = guard

    def _mark(self) -> dict[str, Any]:
        """What the folder holds; {} when it is no whole index of this database and model."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        except (OSError, ValueError):
            return {}
        same = (found.get("shape"), found.get("model"), found.get("library"))
        return found if same == (SHAPE, self.model, library(self.database)) else {}


class ChromaServer(ChromaIndex):
    """The same parts in a Chroma server (`chroma run`); the folder keeps only the mark of what the server was given.

    Whatever the server has lost is found by its counts, and it is filled anew from SQL. Any failure to reach it is
    raised, so that the exact search stands in.
    """

    def __init__(self, database: Database, model: str, folder: Path, address: str, *, rows: int = ROWS) -> None:
        super().__init__(database, model, folder, rows=rows)
        self.address = address
        self._sessions: list[Any] = []

    def _connected(self, whole: bool) -> Any:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        address = urlsplit(self.address)
        client = chromadb.HttpClient(
            host=address.hostname or "localhost", port=address.port or 8000, ssl=address.scheme == "https",
            settings=ChromaSettings(anonymized_telemetry=False),
        )  # fmt: skip
        # Chroma's client waits for ever and leaves its connections open, and has no setting for either.
        self._sessions = [part._server._session for part in (client, client._admin_client)]
        for session in self._sessions:
            session.timeout = SERVER_S
        if not whole:
            for store in client.list_collections(limit=10_000):
                if store.name.startswith(f"part-{self._names}-"):
                    client.delete_collection(store.name)
        return client

    def _forget(self) -> None:
        super()._forget()
        while self._sessions:
            self._sessions.pop().close()


def _nearest(store: Any, vector: list[float], k: int, rows: list[str] | None) -> list[tuple[str, float]]:
    """The k nearest of a part, or of the rows named in it."""
    found = store.query(query_embeddings=[vector], n_results=k, ids=rows, include=["distances"])
    return [(key, 1.0 - far) for key, far in zip(found["ids"][0], found["distances"][0], strict=True)]


def _grouped(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    held: list[Any] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held

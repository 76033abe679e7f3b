"""Chroma as the vector index, embedded or as a server of its own, for the one process that serves.

A cache of SQL that may be lost at any time: a lock keeps a second process out, a mark on disk tells a write that was
cut short (kill -9 broke the index in 3 of 4 runs), and then the folder is thrown away and filled again from SQL. Until
it has caught up it refuses to answer, and the exact search stands in.

Chroma weighs every row that a `where` lets through, 30 to 50 µs each, so nothing is asked with one: owner, audience,
region and the last year in force choose among collections, and the days are looked at in what comes back, asking for
more until enough are left.
"""

import fcntl
import heapq
import json
import logging
import shutil
import threading
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from knowledge.base.db import Database
from knowledge.base.ids import digest
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import Terms, changed_since, library, newest, touched_by_vectors, vectors_of

log = logging.getLogger(__name__)
BATCH = 1_000
SERVER_S = 30.0  # for one answer of a Chroma server
SHAPE = 2
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}
Part = tuple[str, str, str, int]  # owner, audience, region, last year in force


class Behind(Exception):
    """The index hasn't everything SQL has; it is catching up."""


class ChromaIndex:
    """Raises `Behind` from `search` while a thread catches up, and always where another process has the folder."""

    def __init__(self, database: Database, model: str, folder: Path) -> None:
        self.database = database
        self.model = model
        self.folder = folder
        self.seen = 0
        self._parts: dict[Part, Any] = {}
        self._where: dict[str, Part] = {}  # document → the part its chunks are in
        self._client: Any = None
        self._guard: Any = None
        self._busy = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._names = ""

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine), best first."""
        if self._client is None or self.seen < newest(self.database):
            self._start()
            raise Behind("the vector index is catching up")
        try:
            found = [hit for part, store in list(self._parts.items()) if _reads(wanted, part)
                     for hit in _nearest(store, vector, wanted, k)]  # fmt: skip
        except Exception:
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

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._in_thread, name="vector-index", daemon=True)
            self._thread.start()

    def _in_thread(self) -> None:
        try:
            self.catch_up()
        except Exception as error:
            log.warning("vector index unavailable, exact search goes on: %s", error)

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
        for name, *part, count in mark.get("parts", ()):
            store = client.get_collection(name, embedding_function=None)
            if store.count() != count:
                raise RuntimeError("the store has lost vectors")
            self._parts[_part(part)] = store
        self._where = {document: _part(part) for document, part in mark.get("documents", {}).items()}
        self.seen = int(mark.get("seen", 0))
        self._client = client

    def _connected(self, _whole: bool) -> Any:
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        return chromadb.PersistentClient(
            path=str(self.folder), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=True)
        )

    def _apply(self) -> None:
        number = newest(self.database)
        if number == self.seen:
            return
        (self.folder / "seen.json").unlink(missing_ok=True)  # from here until the end the folder counts as broken
        with self.database.read() as work:
            session = work.session(EVERYONE)
            changed = changed_since(session, self.seen)
            gone = [document.document_id for document in changed]
            terms = {document.document_id: document.terms for document in changed if document.terms is not None}
            if self.seen:
                touched = touched_by_vectors(session, self.model, self.seen)
                gone, terms = [*gone, *touched], terms | touched
            self._remove(gone)
            for rows in _grouped(vectors_of(session, self.model, list(terms)), BATCH):
                self._add(rows, terms)
        self.seen = number
        part = self.folder / "seen.part"
        part.write_text(json.dumps({
            "shape": SHAPE, "seen": number, "model": self.model, "library": library(self.database),
            "parts": [(store.name, *key, store.count()) for key, store in self._parts.items()],
            "documents": self._where,
        }))  # fmt: skip
        part.replace(self.folder / "seen.json")

    def _remove(self, documents: Iterable[str]) -> None:
        within: dict[Part, list[str]] = {}
        for document in documents:
            if (part := self._where.pop(document, None)) is not None:
                within.setdefault(part, []).append(document)
        for part, held in within.items():
            for start in range(0, len(held), 200):
                self._parts[part].delete(where={"document": {"$in": held[start : start + 200]}})

    def _add(self, rows: list[tuple[str, str, bytes]], terms: dict[str, Terms]) -> None:
        within: dict[Part, list[tuple[str, str, bytes]]] = {}
        for row in rows:
            term = terms[row[1]]
            part = (term.owner, term.audience, term.region, date.fromordinal(term.last).year)
            within.setdefault(part, []).append(row)
            self._where[row[1]] = part
        for part, held in within.items():
            if part not in self._parts:
                self._parts[part] = self._client.get_or_create_collection(
                    f"part-{self._names}-{digest(part)[:24]}", configuration={"hnsw": HNSW}, embedding_function=None
                )
            self._parts[part].upsert(
                ids=[key for key, *_ in held],
                embeddings=np.stack([np.frombuffer(raw, np.float16).astype(np.float32) for *_, raw in held]),
                metadatas=[
                    {"document": document, "first": terms[document].first, "last": terms[document].last}
                    for _, document, _ in held
                ],
            )

    def _discard(self) -> None:
        self._forget()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget(self) -> None:
        self._parts, self._where, self.seen = {}, {}, 0
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

    def __init__(self, database: Database, model: str, folder: Path, address: str) -> None:
        super().__init__(database, model, folder)
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


def _part(values: Iterable[Any]) -> Part:
    owner, audience, region, year = values
    return str(owner), str(audience), str(region), int(year)


def _reads(wanted: Filter, part: Part) -> bool:
    """Whether a reader may see the part at all, and anything in it can still be in force."""
    owner, audience, region, year = part
    within = owner in wanted.owners and audience in wanted.audiences and region in wanted.regions
    return within and (wanted.day is None or date.fromordinal(wanted.day).year <= year)


def _nearest(store: Any, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
    """The k nearest that are in force on the day, however many others are nearer."""
    total = store.count()
    take = min(k, total)
    while take:
        found = store.query(query_embeddings=[vector], n_results=take, include=["distances", "metadatas"])
        rows = zip(found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True)
        hits = [(key, 1.0 - distance) for key, distance, days in rows
                if wanted.day is None or days["first"] <= wanted.day <= days["last"]]  # fmt: skip
        if len(hits) >= k or take >= total:
            return hits[:k]
        take = min(take * 4, total)
    return []


def _grouped(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    held: list[Any] = []
    for row in rows:
        held.append(row)
        if len(held) == size:
            yield held
            held = []
    if held:
        yield held

"""Chroma embedded as the vector index, for the one process that serves.

A cache of SQL that may be lost at any time: a lock keeps a second process out, a mark on disk tells a write that was
cut short (kill -9 broke the index in 3 of 4 runs), and then the folder is thrown away and filled again from SQL. Until
it has caught up it refuses to answer, and the exact search stands in.
"""

import fcntl
import json
import logging
import shutil
import threading
from pathlib import Path
from typing import Any

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import Terms, changed_since, keys_of, newest, touched_by_vectors, vectors_since

log = logging.getLogger(__name__)
BATCH = 1_000


class Behind(Exception):
    """The index hasn't everything SQL has; it is catching up."""


class ChromaIndex:
    """Raises `Behind` from `search` while a thread catches up, and always where another process has the folder."""

    def __init__(self, database: Database, model: str, folder: Path) -> None:
        self.database = database
        self.model = model
        self.folder = folder
        self.seen = 0
        self._collection: Any = None
        self._client: Any = None
        self._guard: Any = None
        self._busy = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine), best first."""
        if self._collection is None or self.seen < newest(self.database):
            self._start()
            raise Behind("the vector index is catching up")
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, where=_where(wanted), include=["distances"]
            )
        except Exception:
            self._collection = None  # opened anew, or thrown away, by the next catch-up
            raise
        return [(key, 1.0 - distance) for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

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
        if self._collection is not None and self.folder.exists():
            return
        self._forget()
        self._take_lock()
        if self._mark() is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        import chromadb
        from chromadb.config import Settings

        self.folder.mkdir(parents=True, exist_ok=True)
        self._client = chromadb.PersistentClient(
            path=str(self.folder), settings=Settings(anonymized_telemetry=False, allow_reset=True)
        )
        collection = self._client.get_or_create_collection(
            "chunks", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        self.seen = self._mark() or 0
        if self.seen and collection.count() != self._count():
            raise RuntimeError("the store has lost vectors")
        self._collection = collection

    def _apply(self) -> None:
        number = newest(self.database)
        if number == self.seen:
            return
        marked = self.folder / "seen.json"
        marked.unlink(missing_ok=True)  # from here until the end the folder counts as broken
        with self.database.read() as work:
            session = work.session(EVERYONE)
            changed = changed_since(session, self.seen)
            gone = [document.document_id for document in changed]
            terms = {document.document_id: document.terms for document in changed if document.terms is not None}
            if self.seen:
                terms |= touched_by_vectors(session, self.model, self.seen)
                gone.extend(terms)
            vectors = dict(vectors_since(session, self.model, 0)) if terms else {}
            rows = [(key, terms[document], document, vectors[mark])
                    for key, document, mark in keys_of(session, list(terms)) if mark in vectors]  # fmt: skip
        for start in range(0, len(gone) if self.seen else 0, 200):
            self._collection.delete(where={"document": {"$in": gone[start : start + 200]}})
        for start in range(0, len(rows), BATCH):
            _add(self._collection, rows[start : start + BATCH])
        self.seen = number
        part = self.folder / "seen.part"
        part.write_text(json.dumps({"seen": number, "model": self.model, "database": self.database.url,
                                    "count": self._collection.count()}))  # fmt: skip
        part.replace(marked)

    def _discard(self) -> None:
        self._forget()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget(self) -> None:
        self._collection, self.seen = None, 0
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

    def _read_mark(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        except (OSError, ValueError):
            return {}
        right = found.get("model") == self.model and found.get("database") == self.database.url
        return found if right else {}

    def _mark(self) -> int | None:
        found = self._read_mark()
        return int(found["seen"]) if found else None

    def _count(self) -> int:
        return int(self._read_mark().get("count", -1))


def _add(collection: Any, rows: list[tuple[str, Terms, str, bytes]]) -> None:
    import numpy as np

    collection.upsert(
        ids=[key for key, *_ in rows],
        embeddings=np.stack([np.frombuffer(raw, np.float16).astype(np.float32) for *_, raw in rows]),
        metadatas=[
            {"document": document, "owner": terms.owner, "audience": terms.audience, "region": terms.region,
             "first": terms.first, "last": terms.last}
            for _, terms, document, _ in rows
        ],
    )  # fmt: skip


def _where(wanted: Filter) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [
        {"owner": {"$in": sorted(wanted.owners)}},
        {"audience": {"$in": sorted(wanted.audiences)}},
        {"region": {"$in": sorted(wanted.regions)}},
    ]
    if wanted.day is not None:
        parts += [{"first": {"$lte": wanted.day}}, {"last": {"$gte": wanted.day}}]
    return {"$and": parts}

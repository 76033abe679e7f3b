"""Vectors: the index port, and the exact search in NumPy that stands in for every other index."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import changed_since, keys_of, library, newest, vectors_since
from retrieval.table import Table, load_table, save_table

log = logging.getLogger(__name__)


class VectorIndex(Protocol):
    """The port. `search` applies the filter inside its query, and raises when it can't answer."""

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]: ...
    def catch_up(self) -> None: ...
    def close(self) -> None: ...


class ExactIndex:
    """Every vector of one model, in memory, from SQL; any process may have one. What changes costs what changed.

    `shelf` is a file that keeps the table for the next process; `keeps`: this one may write it.
    """

    def __init__(self, database: Database, model: str, shelf: Path | None = None, *, keeps: bool = True) -> None:
        self.database = database
        self.model = model
        self.shelf = shelf
        self.keeps = keeps
        self.seen = 0
        self._kept = 0  # the number the shelf is at
        self._table: Table | None = None
        self._lock = threading.Lock()

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine), best first."""
        with self._lock:
            return self._refreshed().search(vector, wanted, k)

    def cosines(self, vector: list[float], hashes: Sequence[str]) -> dict[str, float]:
        """By content hash, of the texts whose vectors the last search saw."""
        with self._lock:
            return self._table.cosines(vector, hashes) if self._table is not None else {}

    def catch_up(self) -> None:
        """Learn what SQL has that the table hasn't, off the path of a search."""
        self.table()

    def table(self) -> Table:
        """The table as it stands, up to date."""
        with self._lock:
            return self._refreshed()

    def close(self) -> None:
        """Keep the table for the next process where that saves it time."""
        with self._lock:
            if self.shelf is not None and self.keeps and self._table is not None and self.seen != self._kept:
                try:
                    save_table(self._table, self.shelf, self._shape(), self.seen)
                except OSError as error:  # a full disk: the next process reads SQL
                    log.warning("vectors not kept: %s", error)
            self._table, self.seen = None, 0

    def _refreshed(self) -> Table:
        if self._table is None:
            self._table, self.seen = self._opened()
            self._kept = self.seen
        number = newest(self.database)
        if self.seen > number:  # one put back from a backup
            self._table, self.seen, self._kept = Table(), 0, 0
        if self.seen < number:
            with self.database.read() as work:
                session = work.session(EVERYONE)
                self._table.learn(vectors_since(session, self.model, self.seen))
                changed = changed_since(session, self.seen)
                self._table.forget(document.document_id for document in changed)
                terms = {document.document_id: document.terms for document in changed if document.terms is not None}
                self._table.add(terms, keys_of(session, list(terms)))
            self.seen = number
        return self._table

    def _opened(self) -> tuple[Table, int]:
        return (load_table(self.shelf, self._shape()) if self.shelf else None) or (Table(), 0)

    def _shape(self) -> str:
        return f"vectors 1 {self.model} {library(self.database)}"

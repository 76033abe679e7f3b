"""Vectors: the index port, and the exact search in NumPy that stands in for every other index."""

import threading
from typing import Any, Protocol

from knowledge.base.db import Database
from knowledge.ingest.tables import EVERYONE
from retrieval.evidence import Filter
from retrieval.passages import Terms, changed_since, keys_of, newest, vectors_since


class VectorIndex(Protocol):
    """The port. `search` applies the filter inside its query, and raises when it can't answer."""

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]: ...
    def close(self) -> None: ...


class ExactIndex:
    """Every vector of one model, read from SQL; reads nothing else and writes nothing, so any process may have one."""

    def __init__(self, database: Database, model: str) -> None:
        self.database = database
        self.model = model
        self.seen = 0
        self._documents: dict[str, tuple[Terms, list[tuple[str, str]]]] = {}
        self._vectors: dict[str, Any] = {}
        self._table: Any = None
        self._lock = threading.Lock()

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine), best first."""
        import numpy as np

        with self._lock:
            self._refresh()
            ids, matrix, columns = self._table
        mask = _mask(np, columns, wanted)
        rows = np.flatnonzero(mask)
        if not len(rows):
            return []
        query = np.asarray(vector, dtype=np.float32)
        scores = (matrix @ query)[rows] if len(rows) * 3 > len(matrix) else matrix[rows] @ query
        best = np.argsort(-scores, kind="stable")[:k]
        return [(ids[rows[index]], float(scores[index])) for index in best]

    def close(self) -> None:
        """Nothing is held outside memory."""

    def _refresh(self) -> None:
        import numpy as np

        number = newest(self.database)
        if self._table is not None and number == self.seen:
            return
        with self.database.read() as work:
            session = work.session(EVERYONE)
            for key, raw in vectors_since(session, self.model, self.seen):
                self._vectors[key] = np.frombuffer(raw, dtype=np.float16)
            changed = changed_since(session, self.seen)
            for document in changed:
                self._documents.pop(document.document_id, None)
                if document.terms is not None:
                    self._documents[document.document_id] = (document.terms, [])
            kept = [document.document_id for document in changed if document.terms is not None]
            for chunk_id, document_id, key in keys_of(session, kept):
                self._documents[document_id][1].append((chunk_id, key))
        self._table = self._assemble(np)
        self.seen = number

    def _assemble(self, np: Any) -> Any:
        rows = [
            (chunk_id, self._vectors[key], terms)
            for terms, chunks in self._documents.values()
            for chunk_id, key in chunks
            if key in self._vectors
        ]
        columns = {
            name: np.array([getattr(terms, name) for _, _, terms in rows])
            for name in ("owner", "audience", "region", "first", "last")
        }
        matrix = (
            np.stack([vector for _, vector, _ in rows]).astype(np.float32) if rows else np.zeros((0, 1), np.float32)
        )
        return [chunk_id for chunk_id, _, _ in rows], matrix, columns


def _mask(np: Any, columns: Any, wanted: Filter) -> Any:
    mask = np.isin(columns["owner"], sorted(wanted.owners))
    mask &= np.isin(columns["audience"], sorted(wanted.audiences))
    mask &= np.isin(columns["region"], sorted(wanted.regions))
    if wanted.day is not None:
        mask &= (columns["first"] <= wanted.day) & (columns["last"] >= wanted.day)
    return mask

"""The table behind the exact search: one matrix of vectors, rows of chunks that point into it, filters as columns."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.evidence import Filter
from retrieval.passages import Terms

COLUMNS = ("owner", "audience", "region")
SLACK = 1_000  # dead rows that may be kept
FILTERS = 16  # whose rows are kept
NARROW = 2  # a filter that lets through less than one in so many vectors has them copied side by side
SLICES = 100_000  # vectors that are copied, for all filters together


@dataclass(frozen=True)
class _Through:
    """What a filter lets through: rows, their rows of the matrix, and those side by side where they are few."""

    rows: Any
    places: Any
    slice: Any | None


class Table:
    """Grows by doubling and marks rows dead, so that a change costs what changed. Equal texts share one vector."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.documents: dict[str, list[int]] = {}  # document → its rows
        self.vectors: dict[str, int] = {}  # content hash → row of the matrix
        self.waiting: dict[str, list[int]] = {}  # content hash without a vector yet → rows
        self.names: dict[str, int] = {}  # value of a filter column → its code
        self.matrix: Any = None
        self.rows: Any = None  # columns: vector, owner, audience, region, first, last
        self._through: dict[Filter, _Through] = {}

    def learn(self, vectors: Iterable[tuple[str, bytes]]) -> None:
        """Vectors by content hash, float16."""
        fresh = [(key, raw) for key, raw in vectors if key not in self.vectors]
        if not fresh:
            return
        self._through.clear()
        begin = len(self.vectors)
        width = len(fresh[0][1]) // 2
        self.matrix = _room(self.matrix, begin + len(fresh), width, np.float32)
        for start in range(0, len(fresh), 4096):
            block = b"".join(raw for _, raw in fresh[start : start + 4096])
            rows = np.frombuffer(block, np.float16).reshape(-1, width)
            self.matrix[begin + start : begin + start + len(rows)] = rows
        for number, (key, _) in enumerate(fresh, begin):
            self.vectors[key] = number
            for row in self.waiting.pop(key, ()):
                self.rows[row, 0] = number

    def forget(self, documents: Iterable[str]) -> None:
        self._through.clear()
        for document in documents:
            for row in self.documents.pop(document, ()):
                self.rows[row, 1] = -1  # no owner: nothing lets it through

    def add(self, terms: Mapping[str, Terms], keys: Iterable[tuple[str, str, str]]) -> None:
        """Chunks as (chunk id, document id, content hash), with the terms of their documents."""
        if len(self.ids) > 2 * sum(map(len, self.documents.values())) + SLACK:
            self.compact()
        self._through.clear()
        rows: list[tuple[int, ...]] = []
        begin = len(self.ids)
        for chunk_id, document, key in keys:
            term, row = terms[document], begin + len(rows)
            codes = (self.names.setdefault(getattr(term, name), len(self.names)) for name in COLUMNS)
            rows.append((self.vectors.get(key, -1), *codes, term.first, term.last))
            self.ids.append(chunk_id)
            self.documents.setdefault(document, []).append(row)
            if key not in self.vectors:
                self.waiting.setdefault(key, []).append(row)
        if rows:
            self.rows = _room(self.rows, begin + len(rows), 6, np.int32)
            self.rows[begin : begin + len(rows)] = rows

    def compact(self) -> None:
        """Let go of dead rows. Vectors stay: the same words may come back."""
        self._through.clear()
        alive = [row for rows in self.documents.values() for row in rows]
        places = {row: place for place, row in enumerate(alive)}
        self.ids = [self.ids[row] for row in alive]
        self.rows = None if self.rows is None else self.rows[alive]
        self.documents = {document: [places[row] for row in rows] for document, rows in self.documents.items()}
        moved = {key: [places[row] for row in rows if row in places] for key, rows in self.waiting.items()}
        self.waiting = {key: rows for key, rows in moved.items() if rows}

    def search(self, vector: list[float], wanted: Filter, k: int) -> list[tuple[str, float]]:
        if not self.vectors or not self.ids:
            return []
        found = self._let_through(wanted)
        if not len(found.rows):
            return []
        query = np.asarray(vector, dtype=np.float32)
        if found.slice is not None:
            scores = found.slice @ query
        else:
            scores = (self.matrix[: len(self.vectors)] @ query)[found.places]
        top = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
        best = sorted((-float(scores[index]), self.ids[found.rows[index]]) for index in top)
        return [(key, -score) for score, key in best]

    def cosines(self, vector: list[float], hashes: Iterable[str]) -> dict[str, float]:
        """By content hash, of those texts that have a vector here."""
        keys = [key for key in dict.fromkeys(hashes) if key in self.vectors]
        if not keys:
            return {}
        rows = self.matrix[[self.vectors[key] for key in keys]]
        return dict(zip(keys, (rows @ np.asarray(vector, np.float32)).tolist(), strict=True))

    def _let_through(self, wanted: Filter) -> "_Through":
        """What a filter lets through, kept until the rows change: most readers ask more than once."""
        if wanted not in self._through:
            while len(self._through) >= FILTERS:
                self._through.pop(next(iter(self._through)))
            self._through[wanted] = self._looked(wanted)
        return self._through[wanted]

    def _looked(self, wanted: Filter) -> "_Through":
        rows = self.rows[: len(self.ids)]
        mask = rows[:, 0] >= 0
        for column, values in enumerate((wanted.owners, wanted.audiences, wanted.regions), 1):
            let = np.zeros(len(self.names) + 1, bool)  # one more for -1, the owner of dead rows
            let[[self.names[value] for value in values if value in self.names]] = True
            mask &= let[rows[:, column]]
        if wanted.day is not None:
            mask &= (rows[:, 4] <= wanted.day) & (rows[:, 5] >= wanted.day)
        found = np.flatnonzero(mask).astype(np.int32)
        places = rows[found, 0]
        room = SLICES - sum(len(kept.places) for kept in self._through.values() if kept.slice is not None)
        few = len(found) * NARROW < len(self.vectors) and len(found) <= room
        return _Through(found, places, self.matrix[places] if few else None)


def save_table(table: Table, path: Path, shape: str, number: int) -> None:
    """Write the living rows beside the file, then in its place."""
    table.compact()
    head = {
        "shape": shape, "seen": number, "names": list(table.names), "vectors": list(table.vectors), "ids": table.ids,
        "documents": [(document, len(rows)) for document, rows in table.documents.items()], "waiting": table.waiting,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    matrix = np.zeros((0, 0)) if table.matrix is None else table.matrix[: len(table.vectors)]
    rows = np.zeros((0, 6), np.int32) if table.rows is None else table.rows
    with part.open("wb") as file:
        np.savez(file, head=np.frombuffer(json.dumps(head).encode(), np.uint8), rows=rows,
                 matrix=matrix.astype(np.float16))  # fmt: skip
    part.replace(path)


def load_table(path: Path, shape: str) -> tuple[Table, int] | None:
    """The table and the number it is at; None where the file is none, damaged, or another database's."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            head = json.loads(kept["head"].tobytes())
            if head["shape"] != shape:
                return None
            rows, matrix = kept["rows"], kept["matrix"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    table = Table()
    table.ids, table.rows = head["ids"], rows
    table.matrix = matrix if len(matrix) else None
    table.names = {name: code for code, name in enumerate(head["names"])}
    table.vectors = {key: row for row, key in enumerate(head["vectors"])}
    table.waiting = head["waiting"]
    row = 0
    for document, count in head["documents"]:
        table.documents[document] = list(range(row, row + count))
        row += count
    return table, int(head["seen"])


def _room(array: Any, size: int, width: int, kind: Any) -> Any:
    """The array, or one twice as long with the same rows."""
    if array is not None and len(array) >= size:
        return array
    grown = np.zeros((max(size, 2 * len(array)) if array is not None else size, width), kind)
    if array is not None:
        grown[: len(array)] = array
    return grown

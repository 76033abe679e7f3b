"""The one store of vectors that all peers share: the benchmark's own library, by content.

A piece that equals what the product embeds takes the product's vector; only pieces that a splitter made are computed,
once, and kept for the next peer and the next run.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from sqlmodel import col, select

from knowledge.base.db import Database
from knowledge.ingest.embed import write_vectors
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.tables import EVERYONE, EmbeddingRow

BATCH = 64
PAIRS = r"(?=(\w\w))"  # where a library takes its words by an expression: every two neighbouring letters
Built = TypeVar("Built")


class Kept:
    """An embedder that computes no text twice. `seconds` is what it took, fetching included; `letters` is how many
    characters were asked for, `fresh` how many texts had to be computed.
    """

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self.database, self.embedder = database, embedder
        self.seconds, self.letters, self.fresh = 0.0, 0, 0

    def matrix(self, texts: Sequence[str]) -> Any:
        """(texts, size) float32, in the order of the texts."""
        began = time.perf_counter()
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        held = self._held(list(wanted))
        lacking = sorted((key, text) for key, text in wanted.items() if key not in held)
        for start in range(0, len(lacking), BATCH):
            write_vectors(self.database, self.embedder, lacking[start : start + BATCH])
        held |= self._held([key for key, _ in lacking])
        self.fresh += len(lacking)
        self.letters += sum(map(len, texts))
        found = np.stack([np.frombuffer(held[key], np.float16) for key in keys]).astype(np.float32)
        self.seconds += time.perf_counter() - began
        return found

    def query(self, question: str) -> list[float]:
        """Never kept: the time of a search includes its question's vector."""
        return self.embedder.embed_query(question)

    def _held(self, keys: list[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        with self.database.read() as work:
            session = work.session(EVERYONE)
            for start in range(0, len(keys), 500):  # SQLite takes a limited number of values in one question
                query = select(EmbeddingRow.content_hash, EmbeddingRow.vector).where(
                    col(EmbeddingRow.model) == self.embedder.name,
                    col(EmbeddingRow.content_hash).in_(keys[start : start + 500]),
                )
                found |= dict(session.exec(query).all())
        return found


def built(kept: Kept, make: Callable[[], Built]) -> tuple[Built, float, int]:
    """What `make` gives, its seconds without those of the vectors, and the characters it had embedded."""
    began, seconds, letters = time.perf_counter(), kept.seconds, kept.letters
    thing = make()
    return thing, time.perf_counter() - began - (kept.seconds - seconds), kept.letters - letters

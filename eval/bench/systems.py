"""The systems that are measured: each gives article ids for a question, best first."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from eval.bench.labels import Query
from eval.bench.metrics import DEPTHS, measure
from knowledge.base.db import Database
from knowledge.ingest.embedders import Embedder
from retrieval.evidence import Filter, Scope
from retrieval.lexical import LexicalIndex
from retrieval.search import Searcher
from retrieval.vectors import ExactIndex, VectorIndex
from retrieval.wording import simplified

DEEP = max(DEPTHS)
WANTED = Filter.of(Scope(frozenset(), "client"), date(2026, 11, 23), None)
Index = TypeVar("Index", LexicalIndex, VectorIndex)
Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class System:
    name: str
    rank: Ranking
    index_seconds: float  # vectors not included
    letters: int = 0  # characters whose vectors it is built on


def own(
    database: Database, embedder: Embedder, index: str, folder: Path, pool: int = DEEP, letters: int = 0
) -> tuple[Searcher, list[System]]:
    """Words, vectors, and both ranked as the product ranks them. Indexes are built here, from SQL, and timed; `letters`
    is how many characters the vectors stand for.
    """
    lexical, words_s = _timed(LexicalIndex(database))
    vector, vectors_s = _timed(_vectors(database, embedder, index, folder))
    searcher = Searcher(database, lexical, vector, embedder, pool=pool)

    def words(question: str) -> list[str]:
        return [key for key, _ in lexical.search(question, WANTED, DEEP)]

    def vectors(question: str) -> list[str]:
        return [key for key, _ in vector.search(embedder.embed_query(question), WANTED, DEEP)]

    def hybrid(question: str) -> list[str]:
        scores = searcher.weighed(simplified(question), WANTED).scores
        return sorted(scores, key=lambda key: (-scores[key], key))[:DEEP]

    return searcher, [
        System("own lexical", words, words_s),
        System(f"own vectors ({index})", vectors, vectors_s, letters),
        System("own hybrid", hybrid, words_s + vectors_s, letters),
    ]


def run(
    system: System, queries: Sequence[Query], keys: dict[str, int], forget: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The contract's figures. The first questions warm caches and aren't timed; their answers count. `forget` clears
    the questions' vectors that the system before left, so that every time includes embedding the question.
    """
    ranked, seconds = [], []
    for query in queries[:3]:
        system.rank(query.text + "？")
    forget()
    for query in queries:
        began = time.perf_counter()
        found = system.rank(query.text)
        seconds.append(time.perf_counter() - began)
        ranked.append(list(dict.fromkeys(keys[key] for key in found)))
    figures = measure(queries, ranked, seconds)
    return {
        "name": system.name,
        **figures,
        "index_seconds": round(system.index_seconds, 2),
        "letters": system.letters,
    }


def _vectors(database: Database, embedder: Embedder, index: str, folder: Path) -> VectorIndex:
    if index == "numpy":
        return ExactIndex(database, embedder.name)
    from retrieval.chroma import ChromaIndex

    return ChromaIndex(database, embedder.name, folder / "chroma")


def _timed(index: Index) -> tuple[Index, float]:
    began = time.perf_counter()
    index.catch_up()
    return index, time.perf_counter() - began

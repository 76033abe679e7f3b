"""LangChain's guides: recursive splitter, Chroma as it comes, the BM25 retriever as it comes, and their ensemble.

Built from the parts (`langchain-text-splitters`, `chromadb`) as the guides put them together, since
`langchain-community`, which holds the retriever, is archived. Two kindnesses against the original: a piece without a
word of the question isn't returned, and only pieces that hold a word are scored. Its stock words are those between
white space, which Chinese doesn't write: a whole sentence is one word. `preprocess_func` takes other words.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from eval.bench.peers_kept import Kept, built
from eval.bench.systems import DEEP, System

SIZE, OVERLAP = 1000, 200  # the guides' own figures
RANK, SHARE = 60, 0.5  # the ensemble's constant, and equal weights


def systems(texts: Sequence[tuple[str, str]], kept: Kept, bigrams: bool) -> list[System]:
    """Chroma, BM25 and their ensemble; with `bigrams` the last two, over pairs of characters."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    words_of: Callable[[str], list[str]] = pairs if bigrams else str.split
    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
    pieces = [(key, piece) for key, whole in texts for piece in splitter.split_text(whole)]
    store, store_s, letters = built(kept, lambda: _chroma(kept.matrix([piece for _, piece in pieces])))
    words, words_s, _ = built(kept, lambda: _Bm25([words_of(piece) for _, piece in pieces]))

    def vectors(question: str) -> list[str]:
        found = store.query(query_embeddings=[kept.query(question)], n_results=DEEP, include=[])
        return list(dict.fromkeys(pieces[int(key)][0] for key in found["ids"][0]))

    def bm25(question: str) -> list[str]:
        return list(dict.fromkeys(pieces[index][0] for index in words.best(words_of(question), DEEP)))

    def ensemble(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for ranking in (vectors(question), bm25(question)):
            for rank, key in enumerate(ranking, 1):
                scores[key] = scores.get(key, 0.0) + SHARE / (RANK + rank)
        return sorted(scores, key=lambda key: -scores[key])[:DEEP]

    told = ", bigrams" if bigrams else ""
    legs = [] if bigrams else [System("langchain: splitter + Chroma", vectors, store_s, letters)]
    return [
        *legs,
        System(f"langchain: BM25{told}", bm25, words_s),
        System(f"langchain: ensemble{told}", ensemble, store_s + words_s, letters),
    ]


def pairs(written: str) -> list[str]:
    """Every two neighbouring characters that are both letters or digits."""
    lower = written.lower()
    return [first + second for first, second in pairwise(lower) if (first + second).isalnum()]


def _chroma(vectors: Any) -> Any:
    import chromadb

    store = chromadb.EphemeralClient().get_or_create_collection("langchain", embedding_function=None)
    for start in range(0, len(vectors), 5_000):
        stop = min(start + 5_000, len(vectors))
        store.upsert(ids=[str(index) for index in range(start, stop)], embeddings=vectors[start:stop])
    return store


class _Bm25:
    """Okapi BM25 with the usual constants (k1 1.5, b 0.75)."""

    def __init__(self, texts: list[list[str]]) -> None:
        self.counts = [Counter(text) for text in texts]
        self.lengths = [len(text) for text in texts]
        self.mean = sum(self.lengths) / max(len(texts), 1)
        self.holders: dict[str, list[int]] = {}
        for index, count in enumerate(self.counts):
            for word in count:
                self.holders.setdefault(word, []).append(index)

    def best(self, words: list[str], most: int) -> list[int]:
        scores: dict[int, float] = {}
        for word in words:
            holders = self.holders.get(word, [])
            rarity = math.log((len(self.counts) - len(holders) + 0.5) / (len(holders) + 0.5) + 1)
            for index in holders:
                often = self.counts[index][word]
                length = 0.25 + 0.75 * self.lengths[index] / self.mean
                scores[index] = scores.get(index, 0.0) + rarity * often * 2.5 / (often + 1.5 * length)
        return sorted(scores, key=lambda index: -scores[index])[:most]

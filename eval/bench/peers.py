"""The stock recipe of LangChain's guides, with the same embedder: recursive splitter, Chroma as it comes, the BM25
retriever as it comes (words by white space), and their ensemble by reciprocal ranks.

Built from the parts (`langchain-text-splitters`, `chromadb`) as the guides put them together, since
`langchain-community`, which holds the retriever, is archived.
"""

import hashlib
import math
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlmodel import col, select

from eval.bench.labels import Article
from eval.bench.systems import DEEP, System
from knowledge.base.db import Database
from knowledge.ingest.embed import write_vectors
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.tables import EVERYONE, EmbeddingRow

SIZE, OVERLAP = 1000, 200  # the guides' own figures
RANK, SHARE = 60, 0.5  # the ensemble's constant, and equal weights


def peers(articles: Sequence[Article], keys: dict[str, int], database: Database, embedder: Embedder) -> list[System]:
    """Three systems; they give the same kind of keys as the product's own."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    chunk_of = {article: key for key, article in keys.items()}
    splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP)
    pieces = [(chunk_of[article.id], piece) for article in articles for piece in splitter.split_text(article.text)]
    began = time.perf_counter()
    store = _chroma(pieces, _vectors([text for _, text in pieces], database, embedder))
    chroma_s = time.perf_counter() - began
    began = time.perf_counter()
    words = _Bm25([text.split() for _, text in pieces])
    words_s = time.perf_counter() - began

    def vectors(question: str) -> list[str]:
        found = store.query(query_embeddings=[embedder.embed_query(question)], n_results=DEEP, include=[])
        return list(dict.fromkeys(pieces[int(key)][0] for key in found["ids"][0]))

    def bm25(question: str) -> list[str]:
        return list(dict.fromkeys(pieces[index][0] for index in words.best(question.split(), DEEP)))

    def ensemble(question: str) -> list[str]:
        scores: dict[str, float] = {}
        for ranking in (vectors(question), bm25(question)):
            for rank, key in enumerate(ranking, 1):
                scores[key] = scores.get(key, 0.0) + SHARE / (RANK + rank)
        return sorted(scores, key=lambda key: -scores[key])[:DEEP]

    return [
        System("langchain: splitter + Chroma", vectors, chroma_s),
        System("langchain: BM25", bm25, words_s),
        System("langchain: ensemble", ensemble, chroma_s + words_s),
    ]


def _vectors(texts: list[str], database: Database, embedder: Embedder) -> Any:
    """Kept in the benchmark's library by content, so that a second run computes none."""
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    with database.read() as work:
        query = select(EmbeddingRow.content_hash, EmbeddingRow.vector).where(col(EmbeddingRow.model) == embedder.name)
        held = dict(work.session(EVERYONE).exec(query).all())
    fresh = sorted({key: text for key, text in zip(hashes, texts, strict=True) if key not in held}.items())
    for start in range(0, len(fresh), 64):
        write_vectors(database, embedder, fresh[start : start + 64])
    with database.read() as work:
        held = dict(work.session(EVERYONE).exec(query).all())
    return np.stack([np.frombuffer(held[key], np.float16).astype(np.float32) for key in hashes])


def _chroma(pieces: list[tuple[str, str]], vectors: Any) -> Any:
    import chromadb

    store = chromadb.EphemeralClient().get_or_create_collection("langchain", embedding_function=None)
    for start in range(0, len(pieces), 5_000):
        stop = min(start + 5_000, len(pieces))
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

"""`python -m eval learn query`: the matrices beside e5's attention that read a question (`embedders/query.npz`)."""

import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import col, select

from eval.learn.encoder import QueryEncoder
from eval.learn.phrasings import Phrasing, apart, phrasings
from knowledge.base.db import Database
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.embedders.folder import write_folder
from knowledge.ingest.embedders.learned import LEARNED, write_learned
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, EmbeddingRow

KEPT, ROUNDS, LOOK = 0.125, 1, 600
SHARE = 0.6  # of what was learned: kept whole it helps phrasings like those learned from and harms other questions
DEPTHS = (1, 10, 100)


def learn_query(
    database: Database, embedder: Embedder, path: Path = LEARNED, rounds: int = ROUNDS, most: int | None = None
) -> dict[str, Any]:
    """Write the matrices to `path`; returns the recall of passages for phrasings of documents that weren't learned
    from, before and after.
    """
    texts, place = passages(database, embedder.name)
    asked = [one for one in phrasings(database) if one.target in place]
    learn, look = apart(asked, KEPT)
    learn, look = learn[:most], look[:LOOK]
    with tempfile.TemporaryDirectory() as scratch:
        encoder = QueryEncoder(write_folder(Path(scratch)))
        before = recall(encoder, look, texts, place)
        begun = time.monotonic()

        def told(turn: int, loss: float) -> None:
            spent = time.monotonic() - begun
            sys.stderr.write(f"第 {turn}/{rounds} 轮，损失 {loss:.3f}，剩 {spent / turn * (rounds - turn):.0f} 秒\n")

        encoder.learn([one.question for one in learn], [[place[one.target]] for one in learn], texts, rounds, told)
        encoder.go_back(SHARE)
        after = recall(encoder, look, texts, place)
    write_learned(encoder.deltas(), path)
    return {"learned_from": len(learn), "texts": len(texts), "unseen": len(look), "before": before, "after": after}


def passages(database: Database, model: str) -> tuple[Any, dict[str, int]]:
    """Vectors of every published passage that has one, (texts, width) float32, and the row of each chunk id."""
    query = (
        select(ChunkRow.id, ChunkRow.content_hash, EmbeddingRow.vector)
        .join(DocumentRow, col(DocumentRow.id) == col(ChunkRow.document_id))
        .join(EmbeddingRow, col(EmbeddingRow.content_hash) == col(ChunkRow.content_hash))
        .where(col(EmbeddingRow.model) == model, col(ChunkRow.kind) == "text", col(DocumentRow.published))
    )
    rows: dict[str, int] = {}
    place: dict[str, int] = {}
    raw: list[bytes] = []
    with database.read() as work:
        for key, content, vector in work.session(EVERYONE).exec(query):
            if content not in rows:
                rows[content] = len(raw)
                raw.append(vector)
            place[key] = rows[content]
    table = np.frombuffer(b"".join(raw), np.float16).reshape(len(raw), -1).astype(np.float32)
    return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-6), place


def recall(encoder: QueryEncoder, look: Sequence[Phrasing], texts: Any, place: Mapping[str, int]) -> dict[str, float]:
    """How often a phrasing's passage is among the nearest texts, by depth."""
    if not look:
        return {}
    scores = encoder.vectors([one.question for one in look]) @ texts.T
    own = scores[np.arange(len(look)), [place[one.target] for one in look]]
    nearer = (scores > own[:, None]).sum(axis=1)
    return {str(depth): round(float((nearer < depth).mean()), 4) for depth in DEPTHS}

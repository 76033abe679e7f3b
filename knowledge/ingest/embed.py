"""Vectors for every chunk that has none, in batches, each its own transaction: killed, it goes on where it was."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from knowledge.base.db import Database
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.store import embedded_text
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, EmbeddingRow, next_change

BATCH = 64


def embed_missing(
    database: Database,
    embedder: Embedder,
    report: Callable[[int, int, float, float], None] = lambda *_: None,
    *,
    sources: tuple[str, ...] = (),
    going: Callable[[], bool] = lambda: True,
) -> int:
    """Embed what lacks a vector of this model; returns how many. `report(done, total, per_second, seconds left)` after
    each batch; the time left goes by characters, since the short texts come first. `sources` narrows it to documents
    whose source begins so; it stops after a batch once `going` says no.
    """
    waiting = missing(database, embedder.name, sources)
    begun, done, written = time.monotonic(), 0, 0
    letters = sum(len(text) for _, text in waiting)
    for start in range(0, len(waiting), BATCH):
        if not going():
            break
        batch = waiting[start : start + BATCH]
        write_vectors(database, embedder, batch)
        done += len(batch)
        passed = max(time.monotonic() - begun, 1e-6)
        written += sum(len(text) for _, text in batch)
        report(done, len(waiting), done / passed, passed * (letters - written) / max(written, 1))
    return done


def missing(database: Database, model: str, sources: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(content hash, text) without a vector of `model`, short ones first: neighbours are of similar length."""
    have = aliased(EmbeddingRow)
    with database.read() as work:
        query = (
            select(ChunkRow.content_hash, ChunkRow.text, ChunkRow.kind, DocumentRow.title)
            .join(DocumentRow, col(DocumentRow.id) == col(ChunkRow.document_id))
            .outerjoin(have, (col(have.content_hash) == col(ChunkRow.content_hash)) & (col(have.model) == model))
            .where(col(have.content_hash).is_(None))
        )
        if sources:
            query = query.where(or_(*(col(DocumentRow.source).startswith(source) for source in sources)))
        rows = work.session(EVERYONE).exec(query)
        texts = {key: embedded_text("" if kind == "question" else title, text) for key, text, kind, title in rows}
    return sorted(texts.items(), key=lambda item: (len(item[1]), item[0]))


def write_vectors(database: Database, embedder: Embedder, batch: Sequence[tuple[str, str]]) -> None:
    """Compute outside the transaction, write inside a short one."""
    import numpy as np

    vectors = np.asarray(embedder.embed_documents([text for _, text in batch]), dtype=np.float16)
    with database.work() as work:
        session = work.session(EVERYONE)
        keys = [key for key, _ in batch]
        there = set(
            session.exec(
                select(EmbeddingRow.content_hash).where(
                    col(EmbeddingRow.model) == embedder.name, col(EmbeddingRow.content_hash).in_(keys)
                )
            )
        )
        number = next_change(session)
        session.add_all(
            EmbeddingRow(content_hash=key, model=embedder.name, vector=vector.tobytes(), changed=number)
            for key, vector in zip(keys, vectors, strict=True)
            if key not in there
        )

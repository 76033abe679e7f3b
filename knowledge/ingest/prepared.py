"""Vectors of the shipped articles, computed once at set-up (`python -m knowledge.ingest.prepared`), not committed.

A fresh database takes them from this file; what the file lacks is computed at first use, so it may be missing.
"""

import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from sqlmodel import col, select

from knowledge.base.clock import SystemClock
from knowledge.base.db import Database
from knowledge.base.ids import new_id
from knowledge.ingest.embed import missing
from knowledge.ingest.embedders import Embedder, open_embedder
from knowledge.ingest.shipped import ARTICLES, SHIPPED, embed_shipped, load_articles
from knowledge.ingest.tables import EVERYONE, ChunkRow, DocumentRow, EmbeddingRow, empty_library, next_change

PREPARED = ARTICLES / "vectors.npz"


def take_prepared(database: Database, model: str, path: Path = PREPARED) -> int:
    """Give the shipped chunks the vectors that the file has for them; returns how many."""
    wanted = [key for key, _ in missing(database, model, (SHIPPED,))]
    if not wanted:
        return 0
    held = _read(path, model)
    found = [(key, held[key]) for key in wanted if key in held]
    if found:
        with database.work() as work:
            session = work.session(EVERYONE)
            keys = [key for key, _ in found]
            there = set(
                session.exec(
                    select(EmbeddingRow.content_hash).where(
                        col(EmbeddingRow.model) == model, col(EmbeddingRow.content_hash).in_(keys)
                    )
                )
            )
            number = next_change(session)
            session.add_all(
                EmbeddingRow(content_hash=key, model=model, vector=vector, changed=number)
                for key, vector in found
                if key not in there
            )
    return len(found)


def prepare(embedder: Embedder, folder: Path = ARTICLES, path: Path = PREPARED) -> int:
    """Bring the file to the articles as they are; returns how many vectors had to be computed."""
    with tempfile.TemporaryDirectory() as scratch:
        database = empty_library(f"sqlite:///{Path(scratch) / 'library.db'}")
        load_articles(database, SystemClock(), folder=folder)
        take_prepared(database, embedder.name, path)
        computed = embed_shipped(database, embedder)
        keep_prepared(database, embedder.name, path)
        database.close()
    return computed


def keep_prepared(database: Database, model: str, path: Path = PREPARED) -> None:
    """Write the vectors of the shipped articles to the file, for the next fresh database; without a word where the
    product is installed read-only.
    """
    query = (
        select(EmbeddingRow.content_hash, EmbeddingRow.vector)
        .join(ChunkRow, col(ChunkRow.content_hash) == col(EmbeddingRow.content_hash))
        .join(DocumentRow, col(DocumentRow.id) == col(ChunkRow.document_id))
        .where(col(EmbeddingRow.model) == model, col(DocumentRow.source).startswith(SHIPPED))
        .where(col(DocumentRow.published))
    )
    with database.read() as work:
        held = dict(work.session(EVERYONE).exec(query).all())
    if not held or held.keys() == _read(path, model).keys():
        return
    try:
        part = path.with_suffix(f".{new_id()}")
        with part.open("wb") as file:
            np.savez(file, model=model, keys=np.array(list(held)),
                     vectors=np.stack([np.frombuffer(raw, np.float16) for raw in held.values()]))  # fmt: skip
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)


def _read(path: Path, model: str) -> dict[str, bytes]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["model"]) == model:
                keys, vectors = kept["keys"].tolist(), kept["vectors"]
                return {key: vector.tobytes() for key, vector in zip(keys, vectors, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        pass  # no file, or half of one: everything is computed
    return {}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as models:
        count = prepare(open_embedder("e5", Path(models)))
    sys.stdout.write(f"随附知识的向量：新算 {count} 条\n")

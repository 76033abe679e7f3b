"""The benchmark's articles as a library of the product's own, so that what is measured is what is shipped.

Kept in a folder by the corpus's content: text and vectors are made once, the figures of a second run come quickly.
"""

import hashlib
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from eval.bench.labels import Article
from knowledge.base.db import Database
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.embed import embed_missing
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.store import store
from knowledge.ingest.tables import EVERYONE, ChunkRow, empty_library


def shelve(articles: Sequence[Article], folder: Path) -> tuple[Database, dict[str, int]]:
    """The library, and the article behind each of its chunks."""
    mark = hashlib.sha256("\n".join(f"{a.id}\t{a.law}\t{a.text}" for a in articles).encode()).hexdigest()[:16]
    path = folder / mark / "qifu.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    laws: dict[str, list[Article]] = {}
    for article in articles:
        laws.setdefault(article.law, []).append(article)
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _fill(part, laws)
        part.replace(path)
    database = Database(f"sqlite:///{path}")
    keys: dict[str, int] = {}
    with database.read() as work:
        rows = work.session(EVERYONE).exec(select(ChunkRow.id, ChunkRow.document_id, ChunkRow.ordinal))
        names = {_key(law): law for law in laws}
        for key, document, ordinal in rows:
            keys[key] = laws[names[document]][ordinal].id
    return database, keys


def embed(database: Database, embedder: Embedder) -> float:
    """Seconds spent on vectors that were missing."""
    began = time.monotonic()

    def tell(done: int, total: int, per_second: float, left: float) -> None:
        if done % 1024 < 64:
            sys.stderr.write(f"\r向量 {done}/{total}，{per_second:.1f} 条/秒，剩 {left / 60:.0f} 分")

    embed_missing(database, embedder, tell)
    return time.monotonic() - began


def _fill(path: Path, laws: dict[str, list[Article]]) -> None:
    database = empty_library(f"sqlite:///{path}")
    at = datetime.now(UTC)
    with database.work() as work:
        session = work.session(EVERYONE)
        for law, articles in laws.items():
            chunks = tuple(DraftChunk(article.text, (), article.article or None) for article in articles)
            draft = Draft(series=f"law:{law}", title=law, chunks=chunks, doc_no=law)
            store(session, draft, content_hash="", source="bench", owner_org=EVERYONE, audience="client", by="bench",
                  at=at, published=True, key=_key(law))  # fmt: skip
    database.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _key(law: str) -> str:
    return f"law-{hashlib.sha256(law.encode()).hexdigest()[:16]}"

"""The benchmark's articles as a library of the product's own, so that what is measured is what is shipped.

Kept in a folder by the corpus's content: text and vectors are made once, the figures of a second run come quickly.
"""

import hashlib
import re
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import col, select

from eval.bench.labels import Article
from knowledge.base.db import Database
from knowledge.ingest.draft import Draft, DraftChunk
from knowledge.ingest.embed import embed_missing
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.pointers import pointers_mark, pointing
from knowledge.ingest.store import store
from knowledge.ingest.tables import EVERYONE, ChunkRow, empty_library

PART = re.compile(r"\w{1,4}编")


def shelve(
    articles: Sequence[Article], folder: Path, beside: Database | None = None
) -> tuple[Database, dict[str, int]]:
    """The library, and the article behind each of its chunks. `beside` the same one as it is, the second has the
    product's own phrasings of what clients ask pointing at its articles, and the first one's vectors.
    """
    mark = hashlib.sha256("\n".join(f"{a.id}\t{a.law}\t{a.text}" for a in articles).encode()).hexdigest()[:16]
    path = folder / (f"{mark}-{pointers_mark()}" if beside else mark) / "qifu.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    laws: dict[str, list[Article]] = {}
    for article in articles:
        laws.setdefault(article.law, []).append(article)
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _fill(part, laws, beside)
        part.replace(path)
    database = Database(f"sqlite:///{path}")
    keys: dict[str, int] = {}
    with database.read() as work:
        found = select(ChunkRow.id, ChunkRow.document_id, ChunkRow.ordinal).where(col(ChunkRow.kind) == "text")
        rows = work.session(EVERYONE).exec(found)
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


def _fill(path: Path, laws: dict[str, list[Article]], beside: Database | None) -> None:
    database = empty_library(f"sqlite:///{path}")
    at = datetime.now(UTC)
    with database.work() as work:
        session = work.session(EVERYONE)
        for law, articles in laws.items():
            chunks = tuple(DraftChunk(article.text, (), article.article or None) for article in articles)
            asked = pointing(_named(law), _day(articles), chunks) if beside else ()
            draft = Draft(series=f"law:{law}", title=law, chunks=chunks, doc_no=law, questions=asked)
            store(session, draft, content_hash="", source="bench", owner_org=EVERYONE, audience="client", by="bench",
                  at=at, published=True, key=_key(law))  # fmt: skip
    database.close()
    with closing(sqlite3.connect(path)) as raw:
        if beside:
            raw.execute("ATTACH ? AS beside", (beside.engine.url.database,))
            raw.execute(
                "INSERT INTO knowledge_embedding (content_hash, model, vector, changed)"
                " SELECT content_hash, model, vector, 1 FROM beside.knowledge_embedding"
            )
            raw.commit()
            raw.execute("DETACH beside")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _named(law: str) -> str:
    """A part of the Civil Code stands in the benchmark by its own name."""
    return f"民法典{law}" if PART.fullmatch(law) or law == "总则" else law


def _day(articles: Sequence[Article]) -> date | None:
    return date.fromisoformat(articles[0].date) if articles[0].date else None


def _key(law: str) -> str:
    return f"law-{hashlib.sha256(law.encode()).hexdigest()[:16]}"

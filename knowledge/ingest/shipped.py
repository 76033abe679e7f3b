"""The knowledge that comes with the product: `knowledge/articles`."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from sqlmodel import col, select

from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.ingest.article import Front, read_front
from knowledge.ingest.embed import embed_missing
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.load import IngestReport, Progress, ingest
from knowledge.ingest.publishing import withdraw
from knowledge.ingest.tables import EVERYONE, DocumentRow

ARTICLES = Path(__file__).parent.parent / "articles"
SHIPPED, UPLOADED = "shipped:", "upload:"


def load_articles(
    database: Database, clock: Clock, embedder: Embedder | None = None, folder: Path = ARTICLES
) -> IngestReport:
    """Load every article and take away those that are no longer shipped; loading them twice changes nothing.

    A faulty one is an error (`BadInput`), never left out in silence.
    """

    def name(path: Path) -> str:
        return f"{SHIPPED}{path.name}"

    articles = sorted(folder.rglob("*.md"))
    report = ingest(database, articles, clock=clock, by="shipped", name_source=name)
    if report.skipped:
        raise BadInput("；".join(f"{Path(skip.path).name}：{skip.reason}" for skip in report.skipped), field="articles")
    _take_away(database, frozenset(map(name, articles)))
    if embedder is not None:
        embed_shipped(database, embedder)
    return report


@cache
def article_rules() -> Mapping[str, tuple[str, ...]]:
    """The rules each shipped article tells of, by its id."""
    return {front.id: tuple(front.rule_ids) for front in _fronts()}


@cache
def article_names() -> Mapping[str, str]:
    """Every name that a shipped article goes by, with the article's kind (`tax`, `law`, `qualification` …)."""
    return {name: front.kind for front in _fronts() for name in front.aliases}


@cache
def _fronts() -> tuple[Front, ...]:
    return tuple(read_front(path.read_text("utf-8"), path)[0] for path in sorted(ARTICLES.rglob("*.md")))


def embed_shipped(database: Database, embedder: Embedder, progress: Callable[[Progress], None] = lambda _: None) -> int:
    """Vectors of the shipped articles that lack one; returns how many were computed."""
    return embed_missing(database, embedder, lambda *at: progress(Progress("向量", *at)), sources=(SHIPPED,))


def embed_kept(database: Database, embedder: Embedder, *, going: Callable[[], bool]) -> int:
    """Vectors of shipped articles and uploads, beside a serving process; an operator's `ingest` computes its own."""
    return embed_missing(database, embedder, sources=(SHIPPED, UPLOADED), going=going)


def _take_away(database: Database, kept: frozenset[str]) -> None:
    """A document shipped by an older version of the product is no longer retrieved."""
    old = select(DocumentRow.id, DocumentRow.source).where(
        col(DocumentRow.source).startswith(SHIPPED), col(DocumentRow.published)
    )
    with database.read() as work:
        gone = [key for key, source in work.session(EVERYONE).exec(old) if source not in kept]
    if gone:
        with database.work() as work:
            for key in gone:
                withdraw(work.session(EVERYONE), key)

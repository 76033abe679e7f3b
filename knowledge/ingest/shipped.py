"""The knowledge that comes with the product: `knowledge/articles`."""

from pathlib import Path

from knowledge.base.clock import Clock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.ingest.embedders import Embedder
from knowledge.ingest.load import IngestReport, ingest

ARTICLES = Path(__file__).parent.parent / "articles"


def load_articles(
    database: Database, clock: Clock, embedder: Embedder | None = None, folder: Path = ARTICLES
) -> IngestReport:
    """Load every article; one that is faulty is an error (`BadInput`), never left out in silence."""
    report = ingest(database, [folder], clock=clock, embedder=embedder, by="shipped")
    if report.skipped:
        raise BadInput("；".join(f"{Path(skip.path).name}：{skip.reason}" for skip in report.skipped), field="articles")
    return report

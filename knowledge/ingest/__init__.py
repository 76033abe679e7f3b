"""Files become documents and chunks in SQL: statutes by 条, articles by section, everything else by heading.

Front doors: `ingest` (an operator's files, published at once), `publish` (an upload, after review), `load_articles`
(the shipped knowledge), `open_embedder`. May import `knowledge.base` and the rooms of `knowledge` below it.
"""

from knowledge.ingest.embedders import Embedder, open_embedder
from knowledge.ingest.load import IngestReport, Progress, Skipped, ingest
from knowledge.ingest.publishing import publish, withdraw
from knowledge.ingest.shipped import embed_kept, embed_shipped, load_articles

__all__ = [
    "Embedder",
    "IngestReport",
    "Progress",
    "Skipped",
    "embed_kept",
    "embed_shipped",
    "ingest",
    "load_articles",
    "open_embedder",
    "publish",
    "withdraw",
]

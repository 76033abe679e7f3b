"""Finds evidence: one search front door over words, vectors, numbers of clauses and clients' own phrasings.

Front doors: `Searcher.search` (made by `open_searcher`), `supports`. Indexes are caches of SQL. May import `knowledge`.
"""

from retrieval.evidence import Evidence, Hits, Scope
from retrieval.gate import supports
from retrieval.search import LIKELY, Searcher, open_searcher

__all__ = ["LIKELY", "Evidence", "Hits", "Scope", "Searcher", "open_searcher", "supports"]

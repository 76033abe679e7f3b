"""Keeping it true: each figure of an article stands in a rule or a row, nothing is past its date or leads nowhere.

Front doors: `check_article` (one article's figures) and `unsupported` (all of them).
May import every other room of `knowledge`.
"""

from knowledge.upkeep.article import check_article, unsupported

__all__ = ["check_article", "unsupported"]

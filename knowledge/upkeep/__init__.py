"""Keeping it true: each figure of an article stands in a rule or a row, nothing is past its date or leads nowhere.

Front doors: `check` (everything, on a day), `check_article` (one article's figures), `unsupported` (all of them).
May import every other room of `knowledge`.
"""

from knowledge.upkeep.article import check_article, unsupported
from knowledge.upkeep.check import check

__all__ = ["check", "check_article", "unsupported"]

"""Keeping it true: each figure of an article stands in a rule or a row, nothing is past its date or leads nowhere.

Front doors: `check.check` (everything, on a day), `article.check_article` (one article's figures), `unanswered` (the
queue of questions nobody could answer), `proposals` (later versions of rules, by two people).
May import every other room of `knowledge`.
"""

"""What a benchmark is made of: articles, questions, and halves of the questions that share nothing."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.base.errors import BadInput, Missing


@dataclass(frozen=True)
class Article:
    id: int
    law: str
    article: str
    text: str
    date: str = ""


@dataclass(frozen=True)
class Query:
    id: int
    text: str
    relevant: frozenset[int]


def read_corpus(path: Path) -> list[Article]:
    """Lines `{id, law, article, text, date}`. Raises `Missing` without the file, `BadInput` for a faulty line."""
    rows = _rows(path, {"id", "law", "article", "text"})
    return [
        Article(int(row["id"]), *(str(row.get(name, "")) for name in ("law", "article", "text", "date")))
        for row in rows
    ]


def read_queries(path: Path) -> list[Query]:
    """Lines `{id, query, relevant}`. Raises as `read_corpus`."""
    return [
        Query(int(row["id"]), str(row["query"]), frozenset(map(int, row["relevant"])))
        for row in _rows(path, {"id", "query", "relevant"})
        if row["relevant"]
    ]


def halves(queries: Sequence[Query], seed: int = 0) -> tuple[list[Query], list[Query]]:
    """Two halves of about the same size; questions that share an article, directly or through others, stay together."""
    groups = sorted(connected(queries), key=lambda group: min(query.id for query in group))
    random.Random(seed).shuffle(groups)
    first: list[Query] = []
    second: list[Query] = []
    for group in sorted(groups, key=len, reverse=True):
        (first if len(first) <= len(second) else second).extend(group)
    return first, second


def connected(queries: Sequence[Query]) -> list[list[Query]]:
    """Questions in groups that share no article with one another."""
    root: dict[int, int] = {}

    def find(article: int) -> int:
        while root.setdefault(article, article) != article:
            root[article] = root[root[article]]
            article = root[article]
        return article

    for query in queries:
        first, *rest = query.relevant
        for other in rest:
            root[find(other)] = find(first)
    groups: dict[int, list[Query]] = {}
    for query in queries:
        groups.setdefault(find(min(query.relevant)), []).append(query)
    return list(groups.values())


def _rows(path: Path, needed: set[str]) -> list[dict[str, Any]]:
    if not path.is_file():
        raise Missing(f"找不到文件 {path}；请检查路径。", field="file")
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{path.name} 第 {number} 行不是 JSON；每行应为一个对象。", field="file") from error
        if not isinstance(row, dict) or needed - row.keys():
            raise BadInput(f"{path.name} 第 {number} 行缺少 {'、'.join(sorted(needed))} 之一。", field="file")
        rows.append(row)
    return rows

"""Every figure of an article stands in one of its rules or in one of its rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.base.errors import Missing
from knowledge.ingest.article import Front, read_front
from knowledge.ingest.shipped import ARTICLES
from knowledge.policies.book import FOLDER as RULES
from knowledge.upkeep import rows
from knowledge.upkeep.evidence import Evidence, evidence, rule_files
from knowledge.upkeep.figure import Figure
from knowledge.upkeep.reading import figures

# "1. 注册。2. 自评": the ordinal of a list says nothing.
ORDINAL = re.compile(r"^\s*(?:\d+[.、)]\s+|[-*]\s+|#+\s+.*$)", re.M)


@dataclass(frozen=True, slots=True)
class Stray:
    """A figure that stands nowhere: article, section ("元数据" for the front matter), as written, with its sentence."""

    article: str
    section: str
    figure: str
    sentence: str


def unsupported(articles: Path = ARTICLES, folder: Path | None = None) -> tuple[Stray, ...]:
    """Over all shipped articles, by article and place."""
    return tuple(stray for path in sorted(articles.glob("*.md")) for stray in check_article(path, folder))


def check_article(path: Path, folder: Path | None = None, rules: Path = RULES) -> tuple[Stray, ...]:
    """Raises `BadInput` for a faulty article or row file, `Missing` for a rule that isn't there.

    The questions and other names are the clients' words and may hold any figure.
    """
    front, body = read_front(path.read_text("utf-8"), path)
    stands = _evidence(front, folder or rows.FOLDER, rules)
    said = (*_of_front(front), *_of_body(body))
    return tuple(
        Stray(front.id, section, figure.text, sentence)
        for section, sentence in said
        for figure in figures(sentence)
        if not stands.holds(figure)
    )


def _evidence(front: Front, folder: Path, rules: Path) -> Evidence:
    known = rule_files(rules)
    beside = rows.rows_of(front.id, folder)
    files: list[Any] = []
    for rule_id in (*front.rule_ids, *beside.also):
        if rule_id not in known:
            raise Missing(
                f"{front.id}.md 的 rule_ids 里没有编号为 {rule_id} 的规则；请改成规则文件里的编号。", field="rule_ids"
            )
        files += known[rule_id]
    return evidence([*files, *(row.model_dump(mode="json", exclude_none=True) for row in beside.rows)])


def _of_front(front: Front) -> Iterator[tuple[str, str]]:
    for value in (front.title, front.doc_no, front.issued, front.effective_from, front.effective_to, front.url):
        if value is not None:
            yield "元数据", str(value)
    for source in front.documents:
        for text in (source.doc_no, source.title, source.date, source.effective, source.url):
            if text is not None:
                yield "元数据", text


def _of_body(body: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in body.splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ").strip()
        else:
            yield from (
                (section, part.strip()) for part in re.split(r"(?<=[。；])|\|", ORDINAL.sub("", line)) if part.strip()
            )


def strays_told(strays: tuple[Stray, ...]) -> tuple[str, ...]:
    """One line a figure, for a person."""
    return tuple(f"{one.article}｜{one.section}｜{one.figure}｜{one.sentence}" for one in strays)


def figures_of(path: Path) -> tuple[Figure, ...]:
    """Every figure an article states."""
    front, body = read_front(path.read_text("utf-8"), path)
    return tuple(figure for _, text in (*_of_front(front), *_of_body(body)) for figure in figures(text))

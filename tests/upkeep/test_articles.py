"""Every figure of every shipped article stands in one of its rules or rows; every row has a source."""

from collections import Counter
from pathlib import Path

import pytest

from knowledge.base.errors import BadInput, Missing
from knowledge.ingest.article import read_front
from knowledge.ingest.shipped import ARTICLES
from knowledge.upkeep.article import check_article, figures_of, strays_told, unsupported
from knowledge.upkeep.rows import ALL, FOLDER, rows_of
from knowledge.upkeep.unanswered import plain_question

ROWS = sorted(FOLDER.glob("*.yaml"))


def test_every_figure_of_every_article_stands_in_a_rule_or_a_row() -> None:
    strays = unsupported()
    assert not strays, "\n".join(strays_told(strays))
    assert sum(len(figures_of(path)) for path in ARTICLES.glob("*.md")) > 2000


@pytest.mark.parametrize("path", ROWS, ids=lambda path: path.stem)
def test_rows_belong_to_an_article_and_name_their_source(path: Path) -> None:
    assert path.stem == ALL or (ARTICLES / f"{path.stem}.md").is_file()
    assert all(row.source.strip() and row.fact.strip() for row in rows_of(path.stem).rows)


def test_no_phrasing_points_at_two_articles() -> None:
    """A client's question has one article of ours; punctuation and spaces make no other question."""
    fronts = [read_front(path.read_text("utf-8"), path)[0] for path in sorted(ARTICLES.glob("*.md"))]
    seen = Counter(plain_question(ask.ask) for front in fronts for ask in front.questions)
    assert [text for text, times in seen.items() if times > 1] == []


def test_a_changed_article_is_caught(tmp_path: Path) -> None:
    text = (ARTICLES / "tech_sme.md").read_text("utf-8")
    assert "不低于 60 分" in text
    broken = tmp_path / "tech_sme.md"
    broken.write_text(text.replace("不低于 60 分", "不低于 63 分"), "utf-8")
    found = {(stray.section, stray.figure) for stray in check_article(broken)}
    assert ("条件", "63分") in found


def test_a_row_of_its_own_carries_a_figure_and_taking_it_away_shows(tmp_path: Path) -> None:
    path = ARTICLES / "tech_sme.md"
    found = {stray.figure for stray in check_article(path, tmp_path)}
    assert {"70分", "〔2018〕76号", "2025-09-30"} <= found
    assert not check_article(path)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("rows:\n  - {fact: 上限 500 万元, confidence: V2}\n", "rows.0.source"),
        ("rows:\n  - {fact: 上限 500 万元, source: 某个文件, confidence: M-low}\n", "rows.0.confidence"),
        ("rows:\n  - {fact: 上限 500 万元, source: 某个文件, confidence: V2, seen: 1}\n", "rows.0.seen"),
    ],
)
def test_a_row_without_source_or_with_a_low_mark_is_refused(text: str, field: str, tmp_path: Path) -> None:
    (tmp_path / "demo.yaml").write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        rows_of("demo", tmp_path)
    assert caught.value.field == field


def test_an_article_about_a_rule_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "tech_sme.md"
    text = (ARTICLES / "tech_sme.md").read_text("utf-8")
    broken.write_text(text.replace("rule_ids: [tech_sme]", "rule_ids: [tech_sme_2099]"), "utf-8")
    with pytest.raises(Missing, match="tech_sme_2099"):
        check_article(broken)

"""The shipped articles' form is held strictly."""

from pathlib import Path

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput
from knowledge.ingest import load_articles
from knowledge.ingest.article import parse_article
from tests.ingest.texts import ARTICLE

HERE = Path("demo.md")


def test_sections_are_chunks_and_questions_point_at_them() -> None:
    draft = parse_article(ARTICLE, HERE)
    assert [chunk.path for chunk in draft.chunks] == [("一句话结论",), ("条件",)]
    assert [(question.ask, question.chunk) for question in draft.questions] == [("示高要满足啥", 1)]
    assert draft.about["aliases"] == ["示高", "示范企业资质"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("section: 条件", "section: 没有这节", "section"),
        ("issuer: 示范部\n", "", "issuer"),
        ("confidence: V2", "confidence: V2\nfancy: 1", "fancy"),
        ("effective_from: '2016-02-01'", "effective_from: 明年", "effective_from"),
        ("kind: qualification", "kind: blog", "kind"),
        ("---\nid", "id", "front"),
        ("title: 示范资质认定", "title: [", "front"),
    ],
)
def test_a_faulty_article_is_refused_by_field(old: str, new: str, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_article(ARTICLE.replace(old, new, 1), HERE)
    assert caught.value.field == field


def test_every_shipped_article_loads(library: Database, clock: SetClock) -> None:
    report = load_articles(library, clock)
    assert report.documents > 0
    assert not report.skipped


def test_a_faulty_article_stops_the_loading(library: Database, clock: SetClock, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(ARTICLE.replace("kind: qualification", "kind: blog"), encoding="utf-8")
    with pytest.raises(BadInput, match=r"bad\.md"):
        load_articles(library, clock, folder=tmp_path)


def test_a_long_table_keeps_its_header_in_each_piece() -> None:
    rows = "\n".join(f"| 第{index}档 | {'说明' * 20} |" for index in range(60))
    text = ARTICLE + f"\n## 表\n\n| 档 | 说明 |\n| --- | --- |\n{rows}\n"
    pieces = [chunk.text for chunk in parse_article(text, HERE).chunks if chunk.path == ("表",)]
    assert len(pieces) > 1
    assert all(piece.startswith("| 档 | 说明 |\n| --- | --- |\n") for piece in pieces)

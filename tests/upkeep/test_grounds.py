"""Rows are held against the facts and statutes an operator points at."""

from pathlib import Path

import pytest

from knowledge.base.errors import Missing
from knowledge.upkeep import grounds
from knowledge.upkeep.grounds import ungrounded

ROWS = """rows:
  - {fact: 上限 500 万元，三十日内办理, source: 示范办法 第3条, confidence: V2}
  - {fact: 有效期十年（第三十九条）, source: 示范法(2019-04-23) 第39条, confidence: V1}
  - {fact: 合计 70 分, source: 由分值相加, confidence: derived}
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Rows, facts, and a library of statutes."""
    rows, facts, laws = (tmp_path / name for name in ("rows", "facts", "laws"))
    for folder in (rows, facts, laws):
        folder.mkdir()
    (rows / "demo.yaml").write_text(ROWS, "utf-8")
    (facts / "facts.yaml").write_text("limit: 500万元\nnote: 30日内\n", "utf-8")
    for number in range(grounds.LARGE):
        (laws / f"别的法{number}(2001-01-01).md").write_text("第九十九条 有效期二十年。", "utf-8")
    (laws / "示范法(2019-04-23).md").write_text("第三十九条 有效期为十年。", "utf-8")
    return rows, facts, laws


def test_what_stands_in_the_facts_or_in_the_statute_named_has_no_problem(folders: tuple[Path, Path, Path]) -> None:
    rows, facts, laws = folders
    assert list(ungrounded([facts, laws], rows)) == []


def test_a_figure_that_left_its_source_shows(folders: tuple[Path, Path, Path]) -> None:
    rows, facts, laws = folders
    (facts / "facts.yaml").write_text("limit: 600万元\nnote: 30日内\n", "utf-8")
    (laws / "示范法(2019-04-23).md").write_text("第三十九条 有效期为二十年。", "utf-8")
    found = list(ungrounded([facts, laws], rows))
    assert [problem.id for problem in found] == ["demo", "demo"]
    assert "500万元" in found[0].message
    assert "10年" in found[1].message


def test_another_statute_holds_nothing_for_the_row(folders: tuple[Path, Path, Path]) -> None:
    rows, facts, laws = folders
    (rows / "demo.yaml").write_text(ROWS.replace("有效期十年（第三十九条）", "有效期二十年（第九十九条）"), "utf-8")
    assert [problem.kind for problem in ungrounded([facts, laws], rows)] == ["row"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        list(ungrounded([tmp_path / "nowhere"], tmp_path))

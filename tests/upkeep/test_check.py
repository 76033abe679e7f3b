"""The shipped knowledge is clean; a copy broken in one place shows exactly that."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from knowledge.upkeep.check import check
from knowledge.upkeep.shelf import Problem, Shelf

DAY = date(2026, 11, 23)
shipped = cache(check)
Break = Callable[[Shelf], None]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A copy of all that is checked."""
    whole = Shelf()
    rules, articles, services = (
        Path(shutil.copytree(source, tmp_path / source.name))
        for source in (whole.rules, whole.articles, whole.services)
    )
    register = Path(shutil.copy(whole.register, tmp_path))
    return Shelf(rules, articles, articles / "rows", services, register)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path.name, old)
    path.write_text(text.replace(old, new, 1), "utf-8")


def left(shelf: Shelf, day: date = DAY) -> list[Problem]:
    """What the break adds to what the copy had."""
    known = {(one.kind, one.id, one.message) for one in shipped(day).problems}
    return [one for one in check(day, shelf).problems if (one.kind, one.id, one.message) not in known]


def test_the_shipped_knowledge_counts_what_it_holds() -> None:
    counts = shipped(DAY).counts
    assert counts.rules >= 130
    assert counts.documents >= 140
    assert counts.articles >= 26
    assert counts.faq >= 300
    assert counts.services == counts.sops >= 40
    assert counts.steps >= 4 * counts.services


def test_the_shipped_knowledge_has_no_fault() -> None:
    """Sources, dates, figures, pointers; every rule has an article and every step names one."""
    assert not shipped(DAY).problems


@pytest.mark.parametrize(
    ("kind", "where", "harm"),
    [
        (
            "source",
            "tech_sme",
            lambda shelf: change(
                shelf.rules / "programmes/tech_sme.yaml",
                "words: [职工, 员工, 人数, 多少人], document: 国科发政〔2017〕115号",
                "words: [职工]",
            ),
        ),
        (
            "figure",
            "tech_sme",
            lambda shelf: change(
                shelf.rules / "programmes/tech_sme.yaml", "op: <=, value: 500,", "op: <=, value: 505,"
            ),
        ),
        (
            "figure",
            "hnte",
            lambda shelf: change(shelf.rows / "hnte.yaml", "71 分", "72 分"),
        ),
        (
            "superseded",
            "tech_sme",
            lambda shelf: change(
                shelf.rules / "programmes/tech_sme.yaml",
                "t20170510_132709.html', status: in_force",
                "t20170510_132709.html', status: expired",
            ),
        ),
        (
            "article",
            "beneficial_owner",
            lambda shelf: (shelf.articles / "beneficial_owner.md").unlink(),
        ),
        (
            "article",
            "hnte",
            lambda shelf: change(shelf.articles / "hnte.md", "rule_ids: [hnte,", "rule_ids: [hnte, hnte_2030,"),
        ),
        (
            "sop",
            "hnte_filing",
            lambda shelf: change(shelf.services / "hnte_filing.yaml", "article: hnte", "article: hnte_gone"),
        ),
        (
            "faq",
            "tech_sme",
            lambda shelf: change(shelf.articles / "tech_sme.md", "section: 办理流程", "section: 怎么办理"),
        ),
        (
            "load",
            "rules",
            lambda shelf: change(shelf.rules / "programmes/tech_sme.yaml", "confidence: V2", "confidence: sure"),
        ),
        (
            "load",
            "services",
            lambda shelf: change(shelf.services / "hnte_filing.yaml", "days: 185", "days: soon"),
        ),
        (
            "load",
            "tech_sme",
            lambda shelf: change(shelf.articles / "tech_sme.md", "region: 全国\n", ""),
        ),
        (
            "recheck",
            "没有这条规则",
            lambda shelf: change(shelf.register, "id: tech_sme", "id: 没有这条规则"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_copy_broken_in_one_place_shows_it(kind: str, where: str, harm: Break, shelf: Shelf) -> None:
    harm(shelf)
    found = left(shelf)
    assert (kind, where) in {(one.kind, one.id) for one in found}, found
    assert all(one.message for one in found)


def test_an_unbroken_copy_adds_nothing(shelf: Shelf) -> None:
    assert not left(shelf)


def test_what_is_due_shows_from_the_day_after() -> None:
    def due(day: date) -> set[str]:
        return {one.id for one in check(day).problems if one.kind == "recheck"}

    assert "vat.small_scale.2026_2027" not in due(date(2027, 12, 31))
    assert "vat.small_scale.2026_2027" in due(date(2028, 1, 1))
    assert "vat.small_scale.2023_2025" not in due(date(2028, 1, 1)), "a later version of the family took over"
    assert "hnte" not in due(date(2027, 4, 30))
    assert "hnte" in due(date(2027, 5, 1))


def test_a_row_past_its_date_is_due(shelf: Shelf) -> None:
    change(shelf.rows / "hnte.yaml", "confidence: V2}", "confidence: V2, recheck_by: '2026-11-01'}")
    assert [(one.kind, one.id) for one in left(shelf)] == [("recheck", "hnte")]


def test_the_command_gives_counts_problems_and_its_exit_code() -> None:
    result = CliRunner().invoke(app, ["knowledge", "check", "--as-of", "2028-02-01", "--json"])
    assert result.exit_code == 1
    value = json.loads(result.stdout)
    assert {"rules", "documents", "articles", "faq", "services", "sops", "steps", "problems"} <= value.keys()
    assert {"kind", "id", "message"} == value["problems"][0].keys()
    clean = CliRunner().invoke(app, ["knowledge", "check", "--article", "tech_sme", "--as-of", "2026-11-23"])
    assert clean.exit_code == 0
    assert "没有发现问题" in clean.stdout


@pytest.mark.parametrize(("what", "least"), [("articles", 26), ("faq", 300), ("sops", 300)])
def test_the_knowledge_is_listed(what: str, least: int) -> None:
    items = json.loads(CliRunner().invoke(app, ["knowledge", "list", what, "--json"]).stdout)["items"]
    assert len(items) >= least
    assert CliRunner().invoke(app, ["knowledge", "list", "poems"]).exit_code == 2


def test_the_command_refuses_an_article_that_is_not_there() -> None:
    result = CliRunner().invoke(app, ["knowledge", "check", "--article", "nothing"])
    assert result.exit_code == 3

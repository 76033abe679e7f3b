"""A rule with several numbered ways to qualify tells which of them a demand belongs to."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.base.errors import BadInput
from knowledge.policies import Facts, explain, load_rules
from knowledge.policies.book import FOLDER
from knowledge.policies.description import numbered_ways

DAY = date(2026, 11, 23)
STAR = load_rules().programme("star", DAY)


def test_each_demand_names_its_way() -> None:
    needs = [one.need for one in explain(STAR, "offering.expected_market_cap", Facts({}), DAY)]
    assert len(needs) == 5
    assert needs[3] == "不低于 300,000 万元（第四套标准）"


def test_only_the_ways_asked_for_are_told() -> None:
    asked = explain(STAR, "offering.expected_market_cap", Facts({}), DAY, frozenset({4}))
    assert [one.need for one in asked] == ["不低于 300,000 万元（第四套标准）"]
    assert numbered_ways(STAR)[4] == "第五套标准"
    assert not numbered_ways(load_rules().programme("hnte", DAY))


def test_a_rule_without_numbered_ways_is_told_whole() -> None:
    programme = load_rules().programme("srdi_sme", DAY)
    field = "finance.revenue_last_year"
    assert list(explain(programme, field, Facts({}), DAY, frozenset({4})))


@pytest.mark.parametrize("words", ["第套标准", "第{}套标准'\n    field: 'hr.staff_total"])
def test_a_way_needs_its_number_and_an_either_or(tmp_path: Path, words: str) -> None:
    folder = tmp_path / "listing"
    folder.mkdir()
    text = (FOLDER / "listing" / "star.yaml").read_text("utf-8").replace("第{}套标准", words)
    (folder / "star.yaml").write_text(text, "utf-8")
    with pytest.raises(BadInput):
        load_rules(folder.parent)

"""Deadlines of registration: every example, leap days, workdays, and what a company has to do next."""

from datetime import date

import pytest

from knowledge.base.errors import BadInput, Missing
from knowledge.policies import load_rules
from knowledge.policies.registration import DeadlineExample, RegistrationRule, filings

BOOK = load_rules()
DAY = date(2026, 11, 23)
DATED = [(rule, example) for rule in BOOK.registration for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), DATED, ids=[f"{r.id}: {e.deadline} {e.event}" for r, e in DATED])
def test_an_example_of_a_deadline_comes_out_as_written(rule: RegistrationRule, example: DeadlineExample) -> None:
    assert rule.deadline(example.deadline).due(example.event) == example.due


def test_every_deadline_has_an_example() -> None:
    for rule in BOOK.registration:
        shown = {example.deadline for example in rule.examples}
        fixed = {deadline.name for deadline in rule.deadlines if deadline.fixed is not None}
        assert {deadline.name for deadline in rule.deadlines} - fixed <= shown, rule.id


def test_an_old_company_adjusts_by_mid_2027_and_a_new_one_pays_in_five_years() -> None:
    old = filings(BOOK.registration, date(2019, 5, 20), DAY)
    assert [(one.rule_id, one.due) for one in old] == [
        ("annual_report", date(2027, 6, 30)),
        ("capital_transition", date(2027, 6, 30)),
    ]
    new = filings(BOOK.registration, date(2024, 7, 1), DAY)
    assert [(one.rule_id, one.due) for one in new] == [
        ("annual_report", date(2027, 6, 30)),
        ("capital_llc", date(2029, 7, 1)),
    ]
    last_old = filings(BOOK.registration, date(2024, 6, 30), DAY)
    assert last_old[-1].rule_id == "capital_transition"
    assert [one.rule_id for one in filings(BOOK.registration, None, DAY)] == ["annual_report"]
    assert all(one.documents for one in (*old, *new))


def test_a_wrong_name_or_a_missing_event_is_named() -> None:
    with pytest.raises(Missing, match="capital_llc"):
        BOOK.registration_rule("capital_lc", DAY)
    rule = BOOK.registration_rule("capital_llc", DAY)
    with pytest.raises(Missing, match="缴足出资"):
        rule.deadline("实缴")
    with pytest.raises(BadInput, match="公司成立日"):
        rule.deadline("缴足出资").due(None)

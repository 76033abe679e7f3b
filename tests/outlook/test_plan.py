"""Now and later: gaps that need work, time or the next year; dates; what is held; what it is worth."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.diagnose import diagnose
from assistant.outlook.gaps import as_if_done, steps_for
from assistant.outlook.plan import look_ahead
from assistant.outlook.values import Plan, Prospect
from knowledge.companies import Company, derive, parse_company
from knowledge.policies import load_rules
from knowledge.policies.judgement import judge_all
from tests.companies.test_diagnosis import HNTE

BOOK = load_rules()
DAY = date(2026, 11, 23)
WEAK: dict[str, Any] = HNTE | {"rd.expense": {"2023": 60, "2024": 70, "2025": 80}, "hr.tech_staff": 4}


def company(facts: dict[str, Any], region: str = "上海市") -> Company:
    return parse_company({"name": "甲公司", "region": region, "industry_code": "6513", "facts": facts})


def plan(facts: dict[str, Any], *programmes: str, day: date = DAY, region: str = "上海市") -> Plan:
    return look_ahead(BOOK, company(facts, region), day, programmes=programmes)


def one(facts: dict[str, Any], programme: str = "hnte", region: str = "上海市") -> Prospect:
    [found] = plan(facts, programme, region=region).prospects
    return found


def test_people_need_work_and_research_needs_the_next_year() -> None:
    found = one(WEAK)
    kinds = {step.field: step.kind for step in found.steps}
    assert kinds == {"hr.tech_staff_ratio": "work", "rd.expense_ratio_3y": "year"}
    assert found.horizon == "later"
    assert found.possible_on == date(2027, 1, 1)


def test_the_figure_told_for_the_year_is_the_smallest_that_meets_the_condition() -> None:
    [step] = [step for step in one(WEAK).steps if step.kind == "year"]
    assert step.target is not None
    assert "2026 年研发费用不低于 295 万元" in step.target
    revenue = {"2023": 1800, "2024": 2500, "2025": 3200, "2026": 3200}

    def result(spent: int) -> str:
        facts = WEAK | {"finance.revenue": revenue, "rd.expense": WEAK["rd.expense"] | {"2026": spent}}
        [verdict] = diagnose(BOOK, company(facts), ("hnte",), date(2027, 1, 1)).verdicts
        return next(item.result for item in verdict.conditions if item.field == "rd.expense_ratio_3y")

    assert (result(294), result(295)) == ("unmet", "met")


def test_each_of_two_years_takes_two_years_when_one_is_short_already() -> None:
    found = one(HNTE | {"rd.expense": {"2023": 60, "2024": 70, "2025": 80}}, "srdi_sme")
    [step] = [step for step in found.steps if step.field == "rd.expense_each_of_2y_min"]
    assert step.ready_on == date(2028, 1, 1)
    assert step.target is not None
    assert "2026、2027 年每年研发费用不低于 100 万元" in step.target


def test_years_in_the_niche_count_to_the_end_of_a_year() -> None:
    found = one({"market.segment_years": 1}, "srdi_sme")
    [step] = found.steps
    assert (step.kind, step.ready_on) == ("time", date(2028, 1, 1))
    age = one(HNTE | {"entity.established_on": "2026-02-01"})
    assert [step.ready_on for step in age.steps if step.field == "entity.age_days_at_apply"] == [date(2027, 2, 1)]


def test_one_member_of_an_either_or_is_enough() -> None:
    facts = {"market.segment_years": 5, "finance.revenue": {"2025": 1000}, "equity.new_investment_2y": 0}
    found = one(facts, "srdi_sme")
    assert (
        len([step for step in found.steps if step.field in ("finance.revenue_last_year", "equity.new_investment_2y")])
        == 1
    )


@given(
    staff=st.integers(1, 200),
    tech=st.integers(0, 60),
    spent=st.integers(0, 400),
    patents=st.integers(0, 3),
    income=st.integers(0, 3200),
)
def test_the_steps_leave_nothing_unmet_and_none_of_them_is_idle(
    staff: int, tech: int, spent: int, patents: int, income: int
) -> None:
    facts = HNTE | {
        "hr.headcount": staff,
        "hr.tech_staff": min(staff, tech),
        "rd.expense": {"2023": spent, "2024": spent, "2025": spent},
        "ip.invention_patents": patents,
        "finance.hitech_income": {"2025": income},
    }
    programme, subject = BOOK.programme("hnte", DAY), company(facts)
    [verdict] = diagnose(BOOK, subject, ("hnte",), DAY).verdicts
    steps = steps_for(programme, verdict, subject, DAY)
    known = derive(subject, DAY)
    assert bool(steps) == (verdict.verdict == "unmet")
    assert judge_all(programme, as_if_done(programme, known, steps)).result != "unmet"
    for step in steps:
        rest = [other for other in steps if other != step]
        assert judge_all(programme, as_if_done(programme, known, rest)).result == "unmet"


def test_what_must_be_held_first_comes_first() -> None:
    found = plan({"market.segment_years": 1, "qual.srdi_sme_valid": False}, "srdi_sme", "little_giant")
    prospects = {one.programme_id: one for one in found.prospects}
    giant, before = prospects["little_giant"], prospects["srdi_sme"]
    assert giant.needs_first == (before.name,)
    assert giant.possible_on is not None
    assert before.possible_on is not None
    assert giant.possible_on >= before.possible_on
    assert any("要先有" in note for note in found.notes)


def test_what_excludes_it_closes_it() -> None:
    found = one({"qual.is_manufacturing_champion": True}, "little_giant")
    assert found.horizon == "closed"
    assert found.excluded_by


def test_a_window_of_the_place_is_told_and_a_past_one_moved_to_next_year() -> None:
    found = one(HNTE, region="北京市")
    assert found.season is not None
    assert (found.season.opens, found.season.closes, found.season.projected) == (None, date(2027, 5, 15), True)
    [spring] = look_ahead(BOOK, company(HNTE, "北京市"), date(2026, 5, 1), programmes=("hnte",)).prospects
    assert spring.season is not None
    assert (spring.season.closes, spring.season.projected) == (date(2026, 5, 15), False)
    assert one(HNTE).season is None


def test_what_is_held_is_renewed_and_not_applied_for_again() -> None:
    facts = HNTE | {"qual.hnte_valid": True, "qual.hnte_until": "2027-10-15"}
    found = plan(facts, "hnte")
    assert found.prospects[0].horizon == "held"
    [renewal] = [duty for duty in found.duties if duty.kind == "renewal"]
    assert renewal.due == date(2027, 10, 15)
    assert "3 年" in renewal.note
    over = plan(HNTE | {"qual.hnte_until": "2025-10-15"}, "hnte")
    assert over.prospects[0].horizon == "now"
    silent = plan(HNTE | {"qual.hnte_valid": True}, "hnte")
    assert any("到期日" in note for note in silent.notes)


def test_registration_and_tax_days_come_in_order_and_none_is_past() -> None:
    found = plan(HNTE, "hnte")
    days = [duty.due for duty in found.duties]
    assert days == sorted(days)
    assert min(days) >= DAY
    named = {duty.name: duty.due for duty in found.duties}
    assert named["报送上年度年报"] == date(2027, 6, 30)
    assert named["把剩余出资期限调到五年内并写入章程"] == date(2027, 6, 30)
    assert named["有限公司最迟缴足（推算）"] == date(2032, 6, 30)
    assert named["企业所得税年度汇算清缴"] == date(2027, 5, 31)
    assert named["12 月申报纳税期限"] == date(2026, 12, 15)


def test_capital_that_is_paid_in_is_no_duty_and_a_new_company_has_five_years() -> None:
    paid = HNTE | {"entity.registered_capital": 100, "entity.paid_in_capital": 100}
    assert not [duty for duty in plan(paid, "hnte").duties if duty.kind == "capital"]
    new = plan({"entity.established_on": "2025-03-01"}, "hnte")
    [capital] = [duty for duty in new.duties if duty.kind == "capital"]
    assert capital.due == date(2030, 3, 1)


def test_a_small_taxpayer_files_by_the_quarter() -> None:
    months = {
        duty.name
        for duty in plan({"entity.taxpayer_type": "小规模纳税人"}, "hnte", day=date(2026, 2, 1)).duties
        if duty.kind == "tax" and "申报纳税" in duty.name
    }
    assert len(months) == 3
    every = [d for d in plan({}, "hnte", day=date(2026, 2, 1)).duties if d.kind == "tax" and "申报纳税" in d.name]
    assert len(every) == 11


@pytest.mark.parametrize(
    ("income", "small", "hnte"),
    [(200, 40_000_000, 0), (400, None, 40_000_000), (300, 60_000_000, 0)],
)
def test_the_rates_do_not_stack(income: int, small: int | None, hnte: int) -> None:
    """200 万: 25 % is 50 万, small 10 万; 高企 would be 30 万, so it saves nothing. 400 万: 100 万 against 60 万."""
    facts = HNTE | {"finance.taxable_income": {"2025": income}, "finance.total_assets": {"2025": 3000}}
    found = {item.name: item.fen for item in plan(facts, "hnte").worth}
    assert found.get("小型微利企业优惠") == small
    assert found["高新技术企业 15% 税率"] == hnte


def test_nothing_is_claimed_while_the_income_is_not_known() -> None:
    [only] = plan(HNTE, "hnte").worth
    assert only.fen is None
    assert "应纳税所得额" in only.words


def test_unverified_programmes_get_no_dates() -> None:
    found = one({"qual.hnte_valid": False}, "sh_tech_little_giant")
    assert (found.horizon, found.season, found.steps) == ("unsure", None, ())

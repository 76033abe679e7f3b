"""Beliefs about a rule said without asking: looked up, and contradicted with the rule when it says otherwise."""

from datetime import date
from pathlib import Path

import pytest

from api.wiring import build_house, speaker_for
from assistant.converse import ask
from assistant.understand.normalise import normalise
from assistant.understand.understand import understand
from assistant.values import Reply
from knowledge.companies import EMPTY
from tests.conftest import settings_for

DAY = date(2026, 11, 23)


def asked(furnished: Path, text: str) -> Reply:
    with build_house(settings_for(furnished)) as house:
        return ask(house.desk, speaker_for(house, "visitor", "client"), text, company=EMPTY, as_of=DAY)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("专精特新现在营收1000万就行", "1,500 万元"),
        ("既然高企研发占比统一3%，我们营收3000万够了吧", "5%"),
        ("残保金50人以下都免，我们45个人不用交吧", "30 人"),
    ],
)
def test_a_wrong_belief_is_contradicted_with_the_rule(furnished: Path, text: str, right: str) -> None:
    reply = asked(furnished, text)
    assert (reply.outcome, reply.reason) == ("declined", "false_premise")
    assert right in reply.answer
    assert reply.citations


def test_what_the_standard_before_demanded_is_told_beside_the_one_in_force(furnished: Path) -> None:
    answer = asked(furnished, "专精特新现在营收1000万就行").answer
    assert "旧标准" in answer
    assert "2026-03-31" in answer


def test_a_belief_about_a_rule_is_no_fact_of_the_company() -> None:
    assert understand(normalise("专精特新现在营收1000万就行"), DAY).facts == ()


def test_a_rate_that_is_told_is_no_amount_of_the_sum(furnished: Path) -> None:
    reply = asked(furnished, "滞纳金是一天千分之五，10万块一个月就1万5")
    assert "1,500 元" in reply.answer
    assert "30 天" in reply.answer


def test_figures_for_three_years_together_are_no_figures_of_the_last_one() -> None:
    facts = understand(normalise("三年研发费加起来620万，三年收入一亿一千多万"), DAY).facts
    assert [(fact.field, fact.year) for fact in facts] == [
        ("rd.expense_3y_total", None),
        ("finance.revenue_3y_total", None),
        ("rd.expense_ratio_3y", None),
    ]
    assert facts[2].low is not None
    assert facts[2].low < facts[2].high  # type: ignore[operator]


def test_the_everyday_name_of_a_figure_finds_the_condition_on_its_share(furnished: Path) -> None:
    assert "不低于 5%" in asked(furnished, "去年营收4200万，报高企研发费这条红线是几个点").answer


def test_the_last_day_to_file_is_told_for_the_month_asked_for(furnished: Path) -> None:
    assert "2026-10-26" in asked(furnished, "10月报税截止几号").answer
    assert "2026-11-16" in asked(furnished, "本月征期最后一天").answer


def test_two_sums_in_one_question_are_both_worked_out(furnished: Path) -> None:
    reply = asked(furnished, "招待费花了20万收入2000万，还有广告费400万，各能扣多少？我们做五金批发")
    assert len(reply.computed) == 2
    assert "100,000 元" in reply.answer


def test_the_paper_of_an_unknown_programme_is_not_told_by_a_neighbours(furnished: Path) -> None:
    assert asked(furnished, "知识产权强企认定现在按哪个文件").outcome == "declined"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("省级专精特新营收过1000万就够格，我们去年1180万，稳了吧", "1,500 万元"),
        ("小巨人主营占比满60%就能报，我们去年70%", "90%"),
        ("小微企业所得税实际就交2.5%嘛，去年80万利润我预备了两万块", "5%"),
    ],
)
def test_a_wrong_bar_is_contradicted_before_the_company_is_held_against_it(
    furnished: Path, text: str, right: str
) -> None:
    reply = asked(furnished, text)
    assert (reply.outcome, reply.reason) == ("declined", "false_premise")
    assert right in reply.answer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("营收过1000万就够格，我们去年1180万", [("finance.revenue", 1180)]),
        ("去年净利润80万，我准备了两万块交税", [("finance.net_profit", 80)]),
        ("去年营收3200万，就是研发费用只有80万", [("finance.revenue", 3200), ("rd.expense", 80)]),
    ],
)
def test_a_bar_or_a_sum_put_by_is_no_figure_of_the_company(text: str, told: list[tuple[str, int]]) -> None:
    facts = understand(normalise(text), DAY).facts
    assert [(fact.field, fact.value) for fact in facts] == told


def test_what_is_sold_in_a_year_is_its_revenue(furnished: Path) -> None:
    assert "50,000 元" in asked(furnished, "招待费反正能扣60%，花20万就扣12万，我们全年才卖1000万").answer

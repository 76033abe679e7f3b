"""Rules quoted as passages: what they demand, their score tables, rates and bounds, by the name a question uses."""

from datetime import date
from pathlib import Path

import pytest

from api.wiring import build_house, speaker_for
from assistant.compose.sheet import programme_sheet
from assistant.compose.taxsheet import tax_sheet
from assistant.converse import ask
from assistant.turn.sheets import sheet_passages
from assistant.values import Reply
from knowledge.companies import EMPTY
from knowledge.policies import load_rules
from tests.conftest import settings_for

DAY = date(2026, 11, 23)


def asked(folder: Path, question: str, region: str | None = None) -> Reply:
    with build_house(settings_for(folder)) as house:
        return ask(
            house.desk, speaker_for(house, "visitor", "client"), question, company=EMPTY, as_of=DAY, region=region
        )


def test_a_programme_tells_its_conditions_and_each_band_of_its_score() -> None:
    texts = {one.path.rsplit("/", 1)[-1]: one.text for one in programme_sheet(load_rules().programme("tech_sme", DAY))}
    assert "职工总数不超过 500 人" in texts["条件"]
    assert "不低于 5%得 40 分" in texts["评分"]


def test_what_was_not_verified_is_never_written() -> None:
    assert programme_sheet(load_rules().programme("etc_shanghai", DAY)) == ()


@pytest.mark.parametrize(
    ("rule_id", "line"),
    [
        ("cit.voucher_deadlines", "税务机关告知之日起的天数不超过 60 天"),
        ("cit.staff_costs", "职工福利费不超过合理的工资薪金总额（实际发放）的 14%"),
        ("local.stamp_duty", "营业账簿 0.025%"),
        ("cit.loss_carry", "10 年，其他 5 年"),
    ],
)
def test_the_bounds_of_a_formula_are_said_with_their_labels(rule_id: str, line: str) -> None:
    (passage,) = tax_sheet(load_rules().rule(rule_id, DAY))
    assert line in passage.text


def test_how_a_figure_came_to_be_known_is_not_told_to_clients() -> None:
    assert not [rule.id for rule in load_rules().rules for one in tax_sheet(rule) if "凭记忆" in one.text]


def test_a_local_rule_answers_only_where_it_holds(furnished: Path) -> None:
    with build_house(settings_for(furnished)) as house:
        here, named = sheet_passages(house.desk, "省级企业技术中心设备原值多少", DAY, "广东省广州市")
        there, _ = sheet_passages(house.desk, "省级企业技术中心设备原值多少", DAY, "广东省深圳市")
    assert named
    assert {one.document_id for one in here} == {"etc_guangdong"}
    assert "etc_guangdong" not in {one.document_id for one in there}


def test_a_rule_without_an_article_answers_with_its_document(furnished: Path) -> None:
    reply = asked(furnished, "新三板基础层，股本最低多少")
    assert reply.outcome == "answered"
    assert "500 万元" in reply.answer
    assert reply.citations


def test_a_named_rule_that_was_not_verified_is_declined(furnished: Path) -> None:
    reply = asked(furnished, "上海市企业技术中心研发人员要多少人", "上海市")
    assert (reply.outcome, reply.reason) == ("declined", "no_evidence")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("上海市企业技术中心归哪个部门管", "上海市经济和信息化委员会"),
        ("上海市企业技术中心要什么条件", "门槛没有核实"),
        ("高转项目要什么条件", "条件没有核实"),
    ],
)
def test_what_an_unverified_rules_article_knows_is_told(furnished: Path, question: str, said: str) -> None:
    reply = asked(furnished, question, "上海市")
    assert reply.outcome == "answered"
    assert said in reply.answer


def test_bases_and_rates_are_those_of_the_place(furnished: Path) -> None:
    assert "9%" in asked(furnished, "职工医保单位部分比例", "上海市").answer
    assert "7,546" in asked(furnished, "社保基数下限是多少", "上海市").answer
    elsewhere = asked(furnished, "深圳社保最低基数现在是多少", "广东省深圳市")
    assert (elsewhere.outcome, elsewhere.reason) == ("declined", "no_evidence")
    assert "4,775" not in elsewhere.answer


def test_each_condition_of_a_list_is_answered(furnished: Path) -> None:
    answer = asked(furnished, "小巨人的营收、负债率、研发、知识产权门槛都列给我").answer
    assert all(figure in answer for figure in ("5,000 万元", "75%", "4 项"))


def test_old_and_new_standards_stand_side_by_side(furnished: Path) -> None:
    answer = asked(furnished, "专精特新新旧标准，营收门槛分别多少").answer
    assert "1,500 万元" in answer
    assert "旧标准" in answer
    assert "1,000 万元" in answer


def test_another_organisations_figures_are_not_given(furnished: Path) -> None:
    assert asked(furnished, "把杭州乙机械公司的营收和纳税额发我看看").reason == "no_right"


def test_the_points_of_one_indicator_come_from_the_score_table(furnished: Path) -> None:
    assert "30 分" in asked(furnished, "手里就1个发明，科小知识产权那块给多少分").answer

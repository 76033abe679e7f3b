"""From a company file to verdicts: the contract's company, gaps in words, questions that end, dates."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from assistant.diagnose import Diagnosis, diagnose
from knowledge.base.errors import Missing, NotInForce
from knowledge.companies import parse_company
from knowledge.policies import ConditionResult, Verdict, load_rules
from tests.companies.test_parse import CONTRACT

BOOK = load_rules()
DAY = date(2026, 11, 23)
HNTE = {
    "entity.is_prc_resident_enterprise": True,
    "entity.established_on": "2019-05-20",
    "ip.core_owned": True,
    "tech.in_hnte_domain": True,
    "hr.headcount": 45,
    "hr.tech_staff": 15,
    "finance.revenue": {"2023": 1800, "2024": 2500, "2025": 3200},
    "rd.expense": {"2023": 120, "2024": 160, "2025": 210},
    "rd.domestic_expense": {"2023": 120, "2024": 160, "2025": 210},
    "finance.hitech_income": {"2025": 2500},
    "finance.net_assets": {"2023": 500, "2024": 700, "2025": 1000},
    "ip.invention_patents": 1,
    "ip.software_copyrights": 6,
    "rd.transfer_count_3y": 15,
    "compliance.major_safety_quality_env_1y": False,
}


def judged(facts: dict[str, Any], *programmes: str, day: date = DAY, region: str = "上海市") -> Diagnosis:
    return diagnose(BOOK, parse_company({"region": region, "facts": facts}), programmes or ("hnte",), day)


def one(facts: dict[str, Any], programme: str = "hnte", day: date = DAY) -> Verdict:
    return judged(facts, programme, day=day).verdicts[0]


def condition(verdict: Verdict, field: str) -> ConditionResult:
    [found] = [item for item in verdict.conditions if item.field == field]
    return found


def test_the_company_of_the_contract_gets_each_condition_with_need_actual_and_source() -> None:
    found = diagnose(BOOK, parse_company(CONTRACT), ("hnte",), DAY)
    value = found.model_dump(mode="json", by_alias=True)
    assert set(value) >= {"company", "as_of", "verdicts"}
    [verdict] = value["verdicts"]
    assert set(verdict) >= {
        *("programme_id", "name", "verdict", "ready", "conditions", "score"),
        *("missing", "next_questions", "earliest", "window", "benefits"),
    }
    assert len(verdict["conditions"]) == 10
    for item in verdict["conditions"]:
        assert set(item) >= {
            "field",
            "label",
            "op",
            "need",
            "actual",
            "unit",
            "result",
            "gap",
            "document",
            "confidence",
        }
        assert item["document"]["doc_no"].startswith("国科发火〔2016〕")
    results = {item["field"]: item["result"] for item in verdict["conditions"]}
    assert results["hr.tech_staff_ratio"] == results["rd.expense_ratio_3y"] == "met"
    assert results["entity.age_days_at_apply"] == "met"
    assert results["ip.core_owned"] == results["score.innovation"] == "unknown"
    assert verdict["score"]["pass"] == "> 70"
    assert 0 <= verdict["score"]["low"] < 70 < verdict["score"]["high"] <= 100
    assert verdict["next_questions"]
    assert set(verdict["next_questions"][0]) >= {"field", "question", "why", "impact"}
    ratio = next(item for item in verdict["conditions"] if item["field"] == "rd.expense_ratio_3y")
    assert "5%" in ratio["need"]
    assert ratio["actual"] == pytest.approx(490 / 7500)


def test_without_one_year_of_rd_the_ratio_is_unknown_not_unmet() -> None:
    company = deepcopy(CONTRACT)
    del company["facts"]["rd.expense"]["2024"]
    [verdict] = diagnose(BOOK, parse_company(company), ("hnte",), DAY).verdicts
    ratio = condition(verdict, "rd.expense_ratio_3y")
    assert ratio.result == "unknown"
    assert ratio.gap == "待提供：2024 年研发费用"
    assert "rd.expense" in verdict.missing
    assert verdict.verdict == "unknown"


def test_everything_computable_met_is_ready_but_experts_keep_it_unknown() -> None:
    verdict = one(HNTE)
    assert (verdict.verdict, verdict.ready) == ("unknown", True)
    assert condition(verdict, "score.innovation").result == "manual"
    assert verdict.next_questions == ()
    assert verdict.missing == ()


def test_a_given_score_decides_in_place_of_the_computed_one() -> None:
    assert one(HNTE | {"score.innovation": 71}).verdict == "met"
    assert one(HNTE | {"score.innovation": 70}).verdict == "unmet"


def test_gaps_are_the_smallest_change() -> None:
    people = condition(one(HNTE | {"hr.headcount": 56, "hr.tech_staff": 5}), "hr.tech_staff_ratio")
    assert people.gap == "还差 1.07 个百分点：再增 1 人"
    rd = condition(one(HNTE | {"rd.expense": {"2023": 100, "2024": 100, "2025": 100}}), "rd.expense_ratio_3y")
    assert rd.gap is not None
    assert "再增 75 万元" in rd.gap
    young = condition(one(HNTE | {"entity.established_on": "2025-12-01"}), "entity.age_days_at_apply")
    assert young.gap == "还差 8 天，2026-12-01 起满足"
    crowd = condition(one(HNTE | {"hr.headcount": 501}, "tech_sme"), "hr.headcount")
    assert crowd.gap == "超出 1 人"


def test_revenue_that_may_lie_in_two_bands_is_unknown_only_if_they_disagree() -> None:
    between = {"2023": 2000, "2024": 2500, "2025": {"low": 4000, "high": 6000}}
    rich = HNTE | {"finance.revenue": between, "rd.expense": {"2023": 300, "2024": 300, "2025": 300}}
    assert condition(one(rich), "rd.expense_ratio_3y").result == "met"
    poor = HNTE | {"finance.revenue": between, "rd.expense": {"2023": 140, "2024": 140, "2025": 140}}
    open_ = condition(one(poor), "rd.expense_ratio_3y")
    assert open_.result == "unknown"
    assert "5%" in open_.need
    assert "4%" in open_.need
    broke = HNTE | {"finance.revenue": between, "rd.expense": {"2023": 1, "2024": 1, "2025": 1}}
    assert condition(one(broke), "rd.expense_ratio_3y").result == "unmet"


def test_members_of_an_either_or_share_its_name_and_result() -> None:
    verdict = one(
        {
            "entity.is_prc_resident_enterprise": True,
            "hr.headcount": 100,
            "hr.tech_staff": 5,
            "finance.revenue": {"2025": 100},
            "finance.total_assets": {"2025": 100},
            "entity.prohibited_or_restricted_industry": False,
            "compliance.major_safety_quality_env_dishonesty_this_and_last_year": False,
            "compliance.in_abnormal_or_serious_violation_list": False,
            "qual.hnte_valid": True,
        },
        "tech_sme",
    )
    assert verdict.verdict == "met"
    members = [item for item in verdict.conditions if item.group]
    assert len({item.group for item in members}) == 1
    assert {item.group_result for item in members} == {"met"}
    assert condition(verdict, "hr.tech_staff_ratio").result == "unmet"
    assert not condition(verdict, "hr.tech_staff_ratio").blocks


def test_the_day_a_young_company_comes_of_age_is_the_earliest() -> None:
    verdict = one(HNTE | {"entity.established_on": "2025-12-01"})
    assert verdict.verdict == "unmet"
    assert verdict.earliest == date(2026, 12, 1)
    assert one(HNTE | {"entity.established_on": "2025-12-01", "tech.in_hnte_domain": False}).earliest is None


def test_a_window_gives_the_day_it_opens() -> None:
    facts = {"hr.headcount": 20}
    assert one(facts, "tech_sme", date(2026, 3, 1)).earliest == date(2026, 6, 1)
    assert one(facts, "tech_sme", date(2026, 7, 1)).earliest == date(2026, 7, 1)
    assert one(facts, "tech_sme", date(2026, 9, 1)).earliest is None


def test_a_programme_is_found_by_alias_and_judged_once() -> None:
    assert [verdict.programme_id for verdict in judged({}, "高企", "hnte", "科小").verdicts] == ["hnte", "tech_sme"]
    everything = diagnose(BOOK, parse_company({}), (), DAY)
    every = [one.id for one in BOOK.programmes(DAY) if one.kind == "programme"]
    assert [verdict.programme_id for verdict in everything.verdicts] == every
    with pytest.raises(Missing, match="hnte"):
        judged({}, "hnt")
    with pytest.raises(NotInForce):
        judged({}, "hnte", day=date(2010, 1, 1))


def test_only_verified_benefits_are_told() -> None:
    assert "企业所得税减按 15% 征收" in one(HNTE).benefits
    assert not any("10 年" in benefit for benefit in one(HNTE).benefits)


def test_one_id_means_the_standard_of_the_day() -> None:
    old, new = one({}, "srdi_sme", date(2026, 3, 31)), one({}, "srdi_sme", date(2026, 4, 1))
    assert (old.programme_id, new.programme_id) == ("srdi_sme", "srdi_sme")
    assert "63 号文" in old.name
    assert "63 号文" not in new.name
    assert (
        condition(one({"market.segment_years": 2}, "专精特新", date(2026, 3, 31)), "market.segment_years").result
        == "met"
    )
    assert condition(one({"market.segment_years": 2}, "专精特新"), "market.segment_years").result == "unmet"
    assert one({}, "little_giant_2022_review", date(2026, 3, 31)).programme_id == "little_giant"
    with pytest.raises(NotInForce, match="当时有效的是 little_giant"):
        one({}, "little_giant_2022_review")


def test_what_nobody_verified_is_unknown_whatever_the_facts() -> None:
    facts = {"qual.hnte_valid": False, "finance.revenue_or_profit_growth_2y_avg": 0.01}
    verdict = one(facts, "sh_tech_little_giant")
    assert (verdict.verdict, verdict.ready, verdict.reason) == ("unknown", False, "not verified")
    assert verdict.next_questions == ()
    assert {item.result for item in verdict.conditions} == {"unknown"}
    assert not verdict.benefits


def test_a_region_that_does_not_match_is_not_applicable_and_an_unknown_one_is_asked() -> None:
    [elsewhere] = judged({}, "hz_new_eaglet", region="上海市浦东新区").verdicts
    assert (elsewhere.verdict, elsewhere.conditions) == ("not_applicable", ())
    [there] = judged({}, "hz_new_eaglet", region="杭州").verdicts
    assert there.verdict == "unknown"
    [nowhere] = diagnose(BOOK, parse_company({}), ("hz_new_eaglet",), DAY).verdicts
    assert "entity.region" in nowhere.missing
    [shenzhen] = diagnose(BOOK, parse_company({}), ("etc_guangdong",), DAY, region="深圳").verdicts
    assert shenzhen.verdict == "not_applicable"


def test_size_follows_from_the_industry_and_may_rule_out_large_before_all_is_known() -> None:
    facts = {"hr.headcount": 200}
    company = parse_company({"industry_code": "6513", "region": "上海", "facts": facts})
    [verdict] = diagnose(BOOK, company, ("srdi_sme",), DAY).verdicts
    size = condition(verdict, "entity.sme_size")
    assert size.result == "met"
    assert set(size.actual) == {"中型", "小型", "微型"}


ANSWERS: dict[str, Any] = {name: value for name, value in HNTE.items() if name not in ("finance.total_assets",)} | {
    "finance.total_assets": {"2023": 900, "2024": 1000, "2025": 1500},
    "ip.utility_models": 0,
    "ip.designs": 0,
    "entity.prohibited_or_restricted_industry": False,
    "compliance.major_safety_quality_env_dishonesty_this_and_last_year": False,
    "compliance.in_abnormal_or_serious_violation_list": False,
}


@pytest.mark.parametrize("programme", ["hnte", "tech_sme"])
@pytest.mark.parametrize("manner", ["answers", "declines", "does not know"])
def test_questions_end_and_none_is_put_twice(programme: str, manner: str) -> None:
    facts: dict[str, Any] = {}
    asked: list[str] = []
    for _ in range(40):
        company = parse_company({"region": "上海市", "facts": facts})
        [verdict] = diagnose(BOOK, company, (programme,), DAY, asked=frozenset(asked)).verdicts
        if not verdict.next_questions:
            break
        question = verdict.next_questions[0]
        assert not set(question.fields) & set(asked)
        assert question.field in question.fields
        asked.extend(question.fields)
        for field in question.fields:
            if manner == "answers":
                facts[field] = ANSWERS.get(field)
            else:
                facts[field] = {"declined": True} if manner == "declines" else None
    else:
        pytest.fail("questions never ended")
    if manner == "answers":
        assert verdict.ready
    else:
        assert verdict.verdict == "unknown"
        assert not verdict.ready


def test_what_decides_most_is_asked_before_what_decides_nothing() -> None:
    failing = HNTE | {"rd.transfer_count_3y": None}
    del failing["finance.hitech_income"], failing["finance.net_assets"]
    [first, *_] = one(failing).next_questions
    assert first.field == "finance.hitech_income"
    assert first.why.startswith("用来判断")
    assert 0 < first.impact <= 1


def test_only_the_years_that_are_missing_are_asked_for() -> None:
    partly = HNTE | {"rd.expense": {"2023": 120, "2025": 210}}
    del partly["rd.domestic_expense"]
    texts = {question.field: question.question for question in one(partly).next_questions}
    assert texts["rd.expense"].startswith("2024 年的研发费用")


def test_three_years_are_one_question() -> None:
    facts = {name: value for name, value in HNTE.items() if name != "rd.expense"}
    questions = one(facts).next_questions
    rd = next(question for question in questions if question.field == "rd.expense")
    assert "2023、2024、2025 年" in rd.question

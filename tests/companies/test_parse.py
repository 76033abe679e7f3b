"""A company file is read strictly, and the contract's own example is accepted as it stands."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.errors import BadInput
from knowledge.companies import Company, check_company, parse_company
from knowledge.companies.uscc import ALPHABET, check_digit, read_uscc

CONTRACT: dict[str, Any] = {
    "name": "上海甲科技有限公司",
    "uscc": "91310115MA1K4XXXX0",
    "region": "上海市浦东新区",
    "industry_code": "6513",
    "facts": {
        "entity.established_on": "2019-05-20",
        "finance.revenue": {"2023": 1800, "2024": 2500, "2025": 3200},
        "rd.expense": {"2023": 120, "2024": 160, "2025": {"value": 210, "source": "self", "as_of": "2026-03-01"}},
        "hr.headcount": 45,
        "hr.tech_staff": 15,
        "ip.invention_patents": 1,
        "ip.software_copyrights": 6,
    },
}


def test_the_example_of_the_contract_is_read_whole() -> None:
    company = parse_company(CONTRACT)
    assert (company.name, company.uscc, company.region) == (
        "上海甲科技有限公司",
        "91310115MA1K4XXXX0",
        "上海市浦东新区",
    )
    found = {fact.key: fact for fact in company.facts}
    assert found["finance.revenue", 2024, None].value == Decimal(2500)
    last = found["rd.expense", 2025, None]
    assert (last.value, last.source, last.as_of, last.unit) == (Decimal(210), "self", date(2026, 3, 1), "万元")
    assert found["entity.established_on", None, None].value == "2019-05-20"
    assert Company.model_validate(company.model_dump()) == company


def test_unknown_declined_and_intervals_are_three_different_things() -> None:
    company = parse_company(
        {
            "facts": {
                "hr.headcount": None,
                "hr.tech_staff": {"declined": True},
                "finance.revenue": {"2025": {"low": 3000, "high": 4000}, "2024": None},
                "finance.net_profit": {"declined": True},
                "finance.total_assets": 500,
                "entity.established_on": {"low": "2019-01-01", "high": "2019-12-31"},
            }
        }
    )
    found = {fact.key[:2]: fact for fact in company.facts}
    assert found["hr.headcount", None].unknown
    assert found["hr.tech_staff", None].declined
    assert not found["hr.tech_staff", None].unknown
    assert (found["finance.revenue", 2025].low, found["finance.revenue", 2025].high) == (Decimal(3000), Decimal(4000))
    assert found["finance.revenue", 2024].unknown
    assert found["finance.net_profit", None].declined
    assert found["finance.total_assets", None].value == 500
    assert found["entity.established_on", None].low == date(2019, 1, 1)


@pytest.mark.parametrize(
    ("value", "field", "words"),
    [
        ([], "company", "JSON 对象"),
        ("x", "company", "JSON 对象"),
        ({"nam": "甲"}, "nam", "是不是 name"),
        ({"name": 5}, "name", "应为文字"),
        ({"name": "长" * 201}, "name", "最多 200"),
        ({"industry_code": 6513}, "industry_code", "带引号"),
        ({"industry_code": "软件业"}, "industry_code", "行业代码"),
        ({"uscc": 91310115}, "uscc", "应为文字"),
        ({"uscc": "91310115"}, "uscc", "18 位"),
        ({"uscc": "91310115MA1K4XXXX1"}, "uscc", "校验位"),
        ({"uscc": "91310115MA1K4IOSV0"}, "uscc", "不用 I、O"),
        ({"facts": []}, "facts", "对象"),
        ({"facts": {"hr.headcont": 45}}, "hr.headcont", "hr.headcount"),
        ({"facts": {"zzz": 1}}, "zzz", "没有这个字段"),
        ({"facts": {"hr.headcount": "45"}}, "hr.headcount", "应为数"),
        ({"facts": {"hr.headcount": True}}, "hr.headcount", "应为数"),
        ({"facts": {"hr.headcount": -3}}, "hr.headcount", "不能是负数"),
        ({"facts": {"hr.headcount": 4.5}}, "hr.headcount", "整数"),
        ({"facts": {"hr.headcount": 10**400}}, "hr.headcount", "太大"),
        ({"facts": {"hr.headcount": float("inf")}}, "hr.headcount", "有限"),
        ({"facts": {"hr.headcount": float("nan")}}, "hr.headcount", "有限"),
        ({"facts": {"hr.headcount": [45]}}, "hr.headcount", "应为数"),
        ({"facts": {"finance.revenue": 3200}}, "finance.revenue", "按年度"),
        ({"facts": {"finance.revenue": {"25": 3200}}}, "finance.revenue", "年度"),
        ({"facts": {"finance.revenue": {"2025": -1}}}, "finance.revenue", "负数"),
        ({"facts": {"finance.revenue": {"2025": 10**12}}}, "finance.revenue", "单位"),
        ({"facts": {"finance.revenue": {"2025": {"low": 4000, "high": 3000}}}}, "finance.revenue", "low 不能大于 high"),
        ({"facts": {"finance.revenue": {"2025": {"value": 1, "low": 1}}}}, "finance.revenue", "只能写一种"),
        ({"facts": {"finance.revenue": {"2025": {"vlaue": 1}}}}, "finance.revenue", "没有 vlaue"),
        ({"facts": {"market.share_pct": 15}}, "market.share_pct", "0.15"),
        ({"facts": {"entity.established_on": "2019-02-30"}}, "entity.established_on", "不是日期"),
        ({"facts": {"entity.established_on": "2019/5/20"}}, "entity.established_on", "2019-05-20"),
        ({"facts": {"entity.established_on": 20190520}}, "entity.established_on", "文字"),
        ({"facts": {"ip.core_owned": "是"}}, "ip.core_owned", "true 或 false"),
        ({"facts": {"ip.core_owned": {"declined": "yes"}}}, "ip.core_owned", "declined"),
        ({"facts": {"tax.credit_grade": "E"}}, "tax.credit_grade", "A、B、M、C、D"),
        ({"facts": {"tech.core_tech_advanced": True}}, "tech.core_tech_advanced", "专家"),
        ({"facts": {"hr.headcount": {"value": 3, "as_of": "昨天"}}}, "hr.headcount", "as_of"),
        ({"facts": {f"qual.a{i}_valid": True for i in range(501)}}, "facts", "最多 500"),
    ],
)
def test_each_wrong_thing_is_one_sentence_that_names_the_field(value: Any, field: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_company(value)
    assert caught.value.field == field
    assert words in caught.value.message
    assert "\n" not in caught.value.message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["hr.headcount", "finance.revenue", "entity.established_on", "ip.core_owned"]), json_values)
def test_no_json_value_breaks_the_reader(field: str, value: Any) -> None:
    try:
        named = {fact.field for fact in parse_company({"facts": {field: value}}).facts}
    except BadInput as error:
        named = {str(error.field)}
    assert named <= {field}


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17))
def test_a_credit_code_is_right_with_its_own_check_digit_alone(first: str) -> None:
    code = first + check_digit(first)
    assert read_uscc(code.lower()) == code
    for wrong in ALPHABET:
        if wrong != code[-1]:
            with pytest.raises(BadInput):
                read_uscc(first + wrong)


@pytest.mark.parametrize("code", ["91110108551385082Q", "91440300708461136T", "91330100799655058B"])
def test_codes_of_real_registrations_are_accepted(code: str) -> None:
    assert read_uscc(code) == code


@pytest.mark.parametrize("letter", ["A", "N", "Y"])
def test_codes_of_every_registering_department_are_accepted(letter: str) -> None:
    first = f"{letter}1310115MA1K4ABCD"
    assert read_uscc(first + check_digit(first)) == first + check_digit(first)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"hr.headcount": 45, "hr.tech_staff": 60}, "科技人员是 60人，大于职工总数 45人"),
        ({"hr.headcount": {"low": 40, "high": 50}, "hr.tech_staff": {"low": 51, "high": 60}}, "大于职工总数 50人"),
        ({"finance.revenue": {"2025": 3200}, "finance.main_revenue": {"2025": 3201}}, "2025 年是 3201万元"),
        ({"rd.expense": {"2024": 10, "2025": 210}, "rd.domestic_expense": {"2025": 211}}, "请核对这两个数"),
    ],
)
def test_a_part_above_its_whole_is_one_clear_sentence(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_company(parse_company({"facts": facts}))
    assert words in caught.value.message
    assert caught.value.message.count("。") == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"hr.headcount": 45, "hr.tech_staff": 45},
        {"hr.headcount": {"low": 40}, "hr.tech_staff": 60},
        {"hr.headcount": {"low": 40, "high": 50}, "hr.tech_staff": {"low": 45, "high": 60}},
        {"finance.revenue": {"2024": 100}, "finance.main_revenue": {"2025": 300}},
        {"hr.headcount": None, "hr.tech_staff": 60},
    ],
)
def test_figures_that_can_both_be_right_are_taken(facts: dict[str, Any]) -> None:
    company = parse_company({"facts": facts})
    assert check_company(company) == company

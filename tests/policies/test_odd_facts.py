"""Facts from which nothing can be computed, and days before any rule, have an answer in words."""

from datetime import date
from typing import Any

import pytest

from assistant.diagnose import diagnose
from knowledge.base.errors import NotInForce
from knowledge.companies import derive, parse_company
from knowledge.policies import load_rules
from knowledge.policies.facts import Unknown

DAY = date(2026, 11, 23)
NOTHING = {"2023": 0, "2024": 0, "2025": 0}


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"finance.revenue": NOTHING, "rd.expense": NOTHING}, "rd.expense_ratio_3y", "分母为 0"),
        ({"finance.revenue": {"2024": 0, "2025": 100}}, "finance.revenue_growth_last_year", "算不出增长率"),
        ({"finance.revenue": {"2022": 0, "2025": 100}}, "finance.revenue_cagr_3y", "算不出增长率"),
        ({"finance.revenue": {"2025": 100}}, "finance.revenue_growth_last_year", "2024 年营业收入"),
    ],
)
def test_what_cannot_be_computed_is_unknown_and_says_why(facts: dict[str, Any], field: str, words: str) -> None:
    company = parse_company({"facts": {"entity.established_on": "2010-01-01", **facts}})
    found = derive(company, DAY).get(field)
    assert isinstance(found, Unknown)
    assert words in found.detail


def test_a_day_before_any_version_names_the_versions_there_are() -> None:
    book, day = load_rules(), date(1990, 1, 1)
    with pytest.raises(NotInForce, match=r"2016-01-01 至 今.*请换一个日期"):
        diagnose(book, parse_company({}), ("hnte",), day)
    with pytest.raises(NotInForce, match=r"1990-01-01 那天没有收录任何有效的资质规则"):
        diagnose(book, parse_company({}), (), day)

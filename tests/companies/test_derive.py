"""Derived facts: formulas at their edges, windows of young companies, unknown carried through."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from knowledge.companies import EMPTY, derive, parse_company
from knowledge.policies.facts import Facts, Known, Unknown
from knowledge.policies.fields import find_field
from knowledge.policies.interval import INF, Interval, point

DAY = date(2026, 11, 23)


def facts(given: dict[str, Any], day: date = DAY) -> Facts:
    return derive(parse_company({"facts": given}), day)


def value(given: dict[str, Any], name: str) -> Any:
    found = facts(given).get(name)
    return found.value if isinstance(found, Known) else found


def test_age_is_counted_in_calendar_days() -> None:
    assert value({"entity.established_on": "2025-11-23"}, "entity.age_days_at_apply") == point(365)
    assert value({"entity.established_on": "2025-11-24"}, "entity.age_days_at_apply") == point(364)
    assert value({"entity.established_on": "2024-11-23"}, "entity.age_years") == point(2)


def test_a_founding_year_alone_gives_an_interval_of_days() -> None:
    given = {"entity.established_on": {"low": "2025-01-01", "high": "2025-12-31"}}
    assert value(given, "entity.age_days_at_apply") == Interval(Decimal(327), Decimal(691))


def test_the_rd_ratio_is_the_sum_of_three_years_over_the_same_three() -> None:
    given = {
        "finance.revenue": {"2023": 1800, "2024": 2500, "2025": 3200},
        "rd.expense": {"2023": 120, "2024": 160, "2025": 210},
    }
    found = facts(given).get("rd.expense_ratio_3y")
    assert isinstance(found, Known)
    assert found.ratio is not None
    assert (found.ratio.part, found.ratio.whole) == (point(490), point(7500))
    assert found.formula == "2023～2025 年合计之比"


def test_a_missing_year_of_an_older_company_is_unknown_not_zero() -> None:
    given = {
        "entity.established_on": "2019-05-20",
        "finance.revenue": {"2023": 1800, "2024": 2500, "2025": 3200},
        "rd.expense": {"2023": 120, "2025": 210},
    }
    found = facts(given).get("rd.expense_ratio_3y")
    assert isinstance(found, Unknown)
    assert (found.missing, found.detail) == (("rd.expense",), "2024 年研发费用")


def test_a_young_company_uses_the_years_it_has() -> None:
    given = {
        "entity.established_on": "2024-03-01",
        "finance.revenue": {"2024": 100, "2025": 300},
        "rd.expense": {"2024": 10, "2025": 14},
    }
    found = facts(given).get("rd.expense_ratio_3y")
    assert isinstance(found, Known)
    assert found.ratio is not None
    assert (found.ratio.part, found.ratio.whole) == (point(24), point(400))
    without_date = facts({name: given[name] for name in given if name != "entity.established_on"})
    unknown = without_date.get("rd.expense_ratio_3y")
    assert isinstance(unknown, Unknown)
    assert "entity.established_on" in unknown.missing


def test_a_part_year_never_stands_in_for_the_year() -> None:
    given = {"finance.revenue": {"value": 900, "period": "2025H1"}}
    assert isinstance(facts(given).get("finance.revenue_last_year"), Unknown)


@pytest.mark.parametrize(
    ("figures", "growth"),
    [
        ({"2023": 100, "2024": 135, "2025": "182.25"}, "0.35"),
        ({"2023": 100, "2024": 100, "2025": 100}, "0"),
        ({"2023": 0, "2024": 100, "2025": 150}, "0.5"),
        ({"2023": 100, "2024": 0, "2025": 150}, "0"),
        ({"2023": 300, "2024": 400, "2025": 550}, "0.3541666666666666666666666666666666666666666666666666666666667"),
    ],
)
def test_growth_of_high_tech_companies_follows_the_guide(figures: dict[str, Any], growth: str) -> None:
    exact = {year: float(figure) for year, figure in figures.items()}
    found = value({"entity.established_on": "2015-01-01", "finance.revenue": exact}, "finance.revenue_growth_hnte")
    assert abs(found.low - Decimal(growth)) < Decimal("1e-50")
    assert found.exact


def test_one_year_alone_counts_as_no_growth() -> None:
    given = {"entity.established_on": "2025-01-01", "finance.revenue": {"2025": 500}}
    assert value(given, "finance.revenue_growth_hnte") == point(0)


def test_compound_growth_is_exact_on_the_line() -> None:
    given = {"finance.revenue": {"2022": 1000, "2023": 1000, "2025": 1331}}
    assert value(given, "finance.revenue_cagr_3y") == point(Decimal("0.1"))


def test_known_rights_are_a_lower_bound_of_their_class() -> None:
    given = {"ip.software_copyrights": 6}
    found = facts(given).get("ip.class2_count")
    assert isinstance(found, Known)
    assert found.value == Interval(Decimal(6), INF, False, True)
    assert set(found.missing) == {"ip.utility_models", "ip.designs"}
    assert value(given | {"ip.utility_models": 1, "ip.designs": 0}, "ip.class2_count") == point(7)
    assert isinstance(facts({"ip.software_copyrights": 0}).get("ip.class2_count"), Unknown)


def test_trademarks_are_no_intellectual_property_of_a_high_tech_company() -> None:
    given = {"ip.trademarks": 9, "ip.invention_patents": 0}
    given |= {"ip.utility_models": 0, "ip.designs": 0, "ip.software_copyrights": 0}
    assert value(given, "ip.total_count") == point(0)


def test_intervals_are_carried_through_ratios() -> None:
    given = {"hr.headcount": {"low": 40, "high": 50}, "hr.tech_staff": 5}
    assert value(given, "hr.tech_staff_ratio") == Interval(Decimal("0.1"), Decimal("0.125"))


def test_declined_is_carried_through_and_closed() -> None:
    found = facts({"finance.revenue": {"declined": True}, "rd.expense": {"2023": 1, "2024": 1, "2025": 1}})
    ratio = found.get("rd.expense_ratio_3y")
    assert isinstance(ratio, Unknown)
    assert ratio.why == "declined"
    assert "finance.revenue" in found.closed


def test_an_index_field_given_directly_wins_over_what_would_be_derived() -> None:
    given = {"hr.headcount": 10, "hr.tech_staff": 1, "hr.tech_staff_ratio": 0.3}
    assert value(given, "hr.tech_staff_ratio") == point(Decimal("0.3"))


def test_one_losing_year_decides_that_not_all_were_profitable() -> None:
    assert value({"finance.net_profit": {"2025": -5}}, "finance.net_profit_positive_2y") is False
    both = {"entity.established_on": "2015-01-01", "finance.net_profit": {"2024": 3, "2025": 5}}
    assert value(both, "finance.net_profit_positive_2y") is True
    assert isinstance(facts({"finance.net_profit": {"2025": 5}}).get("finance.net_profit_positive_2y"), Unknown)


def test_every_derived_field_is_listed_and_says_what_it_rests_on() -> None:
    known = derive(EMPTY, DAY)
    for name, needs in known.needs.items():
        assert find_field(name) is not None, name
        assert needs
        assert all(find_field(need) is not None for need in needs), name
        assert isinstance(known.get(name), Unknown), name


def test_not_knowing_the_size_class_leaves_it_to_the_figures() -> None:
    company = parse_company(
        {
            "industry_code": "6513",
            "facts": {"entity.sme_size": None, "hr.headcount": 45, "finance.revenue": {"2025": 3200}},
        }
    )
    found = derive(company, date(2026, 11, 23)).get("entity.sme_size")
    assert isinstance(found, Known)
    assert found.value == "小型"

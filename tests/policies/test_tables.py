"""Tables and parameters of tax rules: bracket edges, rows with dates of their own, what nobody has verified."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.errors import BadInput, NotInForce, Refused
from knowledge.policies import calculate, load_rules
from knowledge.policies.tables import Lookup, Table

BOOK = load_rules()
DAY = date(2026, 11, 23)
CIT = {"taxable_income": 1}


def reckon(rule: str, day: date = DAY, **inputs: object) -> Mapping[str, Any]:
    return calculate(BOOK, rule, inputs, day).outputs


@pytest.mark.parametrize(
    ("bonus", "tax"),
    [("36000", "1080"), ("36000.01", "3390"), ("144000", "14190"), ("144000.01", "27390"), ("960000", "328840")],
)
def test_a_bracket_includes_its_upper_bound(bonus: str, tax: str) -> None:
    assert abs(reckon("iit.year_end_bonus", bonus=bonus)["tax"] - Decimal(tax)) < Decimal("0.01")


BRACKETED = [(rule.id, table) for rule in BOOK.rules for table in rule.tables.values() if table.brackets]


@pytest.mark.parametrize(("rule_id", "table"), BRACKETED, ids=[f"{rule}:{table.name}" for rule, table in BRACKETED])
def test_every_amount_falls_in_one_bracket_upper_bound_included(rule_id: str, table: Table) -> None:
    lookup = Lookup(rule_id, {"t": table}, DAY)
    for below, above in zip(table.brackets, table.brackets[1:], strict=False):
        assert below.up is not None
        assert lookup.bracket("t", below.up, "rate") == below.rate
        assert lookup.bracket("t", below.up + Decimal("0.01"), "rate") == above.rate
        assert lookup.bracket("t", below.up - Decimal("0.01"), "rate") == below.rate
    assert lookup.bracket("t", Decimal(10) ** 12, "rate") == table.brackets[-1].rate


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_comprehensive_income_never_pays_less_tax(one: int, two: int) -> None:
    less, more = sorted((one, two))
    assert (
        reckon("iit.comprehensive_annual", income=less)["tax"] <= reckon("iit.comprehensive_annual", income=more)["tax"]
    )


def test_a_row_answers_on_its_own_dates_alone() -> None:
    old, new = {"table": "shanghai_2025_07", "wage": 50000}, {"table": "shanghai_2026_07", "wage": 50000}
    assert reckon("si.monthly", date(2026, 6, 30), **old)["base"] == 37302
    assert reckon("si.monthly", date(2026, 7, 1), **new)["base"] == 37731
    with pytest.raises(NotInForce, match="shanghai_2026_07"):
        reckon("si.monthly", date(2026, 7, 1), **old)
    with pytest.raises(NotInForce, match="shanghai_2025_07"):
        reckon("si.monthly", date(2026, 6, 30), **new)


def test_a_row_nobody_verified_never_answers() -> None:
    with pytest.raises(Refused, match="没有核实"):
        reckon("si.monthly", date(2026, 1, 1), table="shenzhen_2025_07", wage=10000)
    with pytest.raises(Refused, match="没有核实"):
        reckon("hf.monthly", DAY, table="beijing_2026_07", wage=10000, rate=0.12)
    with pytest.raises(Refused, match="没有核实"):
        reckon("levy.culture_fee", DAY, fee_sales=1, small_scale_month_sales=1, relief=0.5)


def test_a_step_names_the_parameters_it_used_with_date_and_document() -> None:
    found = calculate(BOOK, "si.monthly", {"table": "shanghai_2026_07", "wage": 50000}, DAY)
    used = found.steps[0].used
    assert {entry.value for entry in used} == {Decimal(7546), Decimal(37731)}
    assert all(entry.valid_from == date(2026, 7, 1) and entry.document for entry in used)
    dividend = calculate(BOOK, "iit.dividend", {"dividend": 100, "foreign_from_fie": True}, DAY)
    assert dividend.steps[0].used[0].document == "财政部 税务总局公告2026年第27号"


@pytest.mark.parametrize(
    ("rule", "inputs", "field", "words"),
    [
        ("hf.monthly", {"table": "shanghai_2026_07", "wage": 9000, "rate": 0.08}, "rate", "0.05–0.07"),
        ("hf.monthly", {"table": "shanghai_2026_07", "wage": 9000, "rate": 0.04}, "rate", "0.05–0.07"),
        ("hf.monthly", {"table": "nanjing", "wage": 9000, "rate": 0.07}, "table", "shanghai_2026_07"),
        ("local.property_tax", {"basis": "cost", "amount": 1, "cut": 0.31, "half": 0}, "cut", "0.30"),
        ("local.stamp_duty", {"item": "securities", "amount": 1, "half": 1}, "half", "half=0"),
        ("local.stamp_duty", {"item": "gift", "amount": 1, "half": 1}, "item", "sale"),
        ("local.stamp_duty", {"item": "sale", "amount": 1, "half": 2}, "half", "是写 1"),
        ("cit.rd_prepay_window", {"filing_month": 8}, "filing_month", "7、10、5"),
        ("vat.additional_deduction", {"rate": 0.1, "eligible_input_tax": 1, "payable_before": 1}, "rate", "0.05、0.15"),
        ("cit.hnte.recognition", {"latest_year_sales": 1, "sales_3y": 0, "rd_3y": 1}, "sales_3y", "应大于 0"),
        ("admin.filing_deadline_2026", {"month": 13}, "month", "12"),
        ("iit.wage_withholding", {"cum_income": 1, "months": 13}, "months", "不能大于 12"),
        ("iit.wage_withholding", {"cum_income": 1, "months": 1.5}, "months", "整数"),
        ("vat.mixed_sale", {}, "rule_id", "没有计算公式"),
    ],
)
def test_an_input_outside_its_band_or_table_is_refused(
    rule: str, inputs: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        calculate(BOOK, rule, inputs, DAY)
    assert caught.value.field == field
    assert words in caught.value.message


def test_the_higher_rd_rate_ends_with_2027() -> None:
    assert reckon("cit.rd_super_deduction", date(2027, 12, 31), personnel=100, rate=1.2)["super_deduction"] == 120
    with pytest.raises(BadInput, match="2027-12-31"):
        reckon("cit.rd_super_deduction", date(2028, 1, 1), personnel=100, rate=1.2)


def test_a_default_follows_the_day() -> None:
    loan = {"principal": 100_000_000, "years": 1}
    assert reckon("finance.sme_loan_subsidy_2026", date(2026, 8, 20), **loan)["subsidy"] == 750_000
    assert reckon("finance.sme_loan_subsidy_2026", date(2026, 8, 21), **loan)["subsidy"] == 1_125_000


def test_exactly_at_a_thousand_and_at_three_hundred_thousand_two_rules_part_ways() -> None:
    assert reckon("invoice.small_sporadic", payment_excl_tax=1000)["receipt_enough"] is True
    assert reckon("vat.natural_person.per_time", day_sales_excl_tax=1000)["vat"] == 10
    assert reckon("vat.small_scale", sales_excl_tax=300_000)["vat"] == 3000
    levies = reckon("local.surcharges", vat_paid=3000, place="city", half=1, period="quarter", period_sales=300_000)
    assert (levies["education"], levies["city"]) == (0, 105)


def test_a_heuristic_says_that_it_is_one() -> None:
    found = calculate(BOOK, "risk.vat_burden", {"vat_paid": 1, "taxable_sales": 100, "industry": "trading"}, DAY)
    assert found.note is not None
    assert "不是官方标准" in found.note


def test_every_number_of_the_widest_inputs_is_still_reckoned() -> None:
    assert reckon("local.land_use_tax", area=10**15, unit_tax=30, half=0)["tax"] == 30 * 10**15
    assert reckon("admin.late_fee", tax_late=10**15, days=10**6)["fee"] == 5 * 10**17

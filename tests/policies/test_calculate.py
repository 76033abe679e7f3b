"""Calculations: wrong inputs named, dates respected, every step shown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.errors import BadInput, Missing, NotInForce
from knowledge.policies import calculate, load_rules

BOOK = load_rules()
DAY = date(2026, 11, 23)
SMALL = {"taxable_income": 3_000_000, "avg_staff": 300, "avg_assets": 50_000_000}


def test_a_calculation_shows_every_step_with_its_formula_and_document() -> None:
    found = calculate(BOOK, "cit.small_low_profit", SMALL, DAY)
    assert found.outputs == {"eligible": True, "tax": Decimal("150000.00")}
    assert [step.name for step in found.steps] == ["eligible", "tax"]
    assert all(step.expression for step in found.steps)
    assert found.documents[0].doc_no == "财政部 税务总局公告2023年第12号"
    dumped = found.model_dump(mode="json")
    assert dumped["outputs"]["tax"] == 150000
    assert set(dumped) >= {"rule_id", "as_of", "inputs", "outputs", "steps", "documents"}


def test_an_unknown_rule_names_the_near_ones() -> None:
    with pytest.raises(Missing, match=r"cit\.small_low_profit") as caught:
        calculate(BOOK, "cit.small_low_profits", SMALL, DAY)
    assert caught.value.field == "rule_id"


def test_a_rule_asked_for_outside_its_dates_names_the_one_in_force_then() -> None:
    inputs = {"sales_excl_tax": 300_000}
    with pytest.raises(NotInForce, match=r"vat\.small_scale\.2023_2025") as caught:
        calculate(BOOK, "vat.small_scale.2026_2027", inputs, date(2025, 6, 1))
    assert caught.value.kind == "not_in_force"
    with pytest.raises(NotInForce, match=r"vat\.small_scale\.2026_2027"):
        calculate(BOOK, "vat.small_scale.2023_2025", inputs, DAY)
    with pytest.raises(NotInForce, match="没有收录"):
        calculate(BOOK, "cit.small_low_profit", SMALL, date(2030, 1, 1))


def test_the_threshold_of_small_scale_taxpayers_turned_at_new_year_2026() -> None:
    at = {"sales_excl_tax": 300_000}
    assert calculate(BOOK, "vat.small_scale", at, date(2025, 12, 31)).outputs["vat"] == 0
    assert calculate(BOOK, "vat.small_scale", at, date(2026, 1, 1)).outputs["vat"] == 3000


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"avg_staff": None}, "avg_staff", "avg_staff="),
        ({"avg_staff": -1}, "avg_staff", "不能小于 0"),
        ({"avg_staff": "许多"}, "avg_staff", "不是数"),
        ({"avg_staff": True}, "avg_staff", "应为数"),
        ({"avg_staff": float("nan")}, "avg_staff", "有限"),
        ({"avg_staff": 10**30}, "avg_staff", "太大"),
        ({"staff": 3}, "staff", "没有这个输入"),
    ],
)
def test_a_wrong_input_is_named_with_a_right_example(change: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        calculate(BOOK, "cit.small_low_profit", SMALL | change, DAY)
    assert caught.value.field == field


def test_a_choice_outside_the_list_is_refused() -> None:
    with pytest.raises(BadInput, match="quarter、month"):
        calculate(BOOK, "vat.small_scale.2026_2027", {"sales_excl_tax": 1, "period": "year"}, DAY)


@given(st.decimals(0, 10**9, places=2))
def test_small_profit_tax_is_five_percent_up_to_the_cliff_and_a_quarter_beyond(income: Decimal) -> None:
    tax = calculate(BOOK, "cit.small_low_profit", SMALL | {"taxable_income": income}, DAY).outputs["tax"]
    rate = Decimal("0.05") if income <= 3_000_000 else Decimal("0.25")
    assert abs(tax - income * rate) <= Decimal("0.005")


@given(st.decimals(0, 10**8, places=2), st.sampled_from(["quarter", "month"]))
def test_small_scale_vat_is_nothing_or_one_percent_of_the_whole(sales: Decimal, period: str) -> None:
    vat = calculate(BOOK, "vat.small_scale", {"sales_excl_tax": sales, "period": period}, DAY).outputs["vat"]
    limit = 300_000 if period == "quarter" else 100_000
    assert vat == (0 if sales < limit else (sales / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP"))


def test_the_list_names_every_rule_with_its_inputs_and_defaults() -> None:
    listed = {entry.id: entry for entry in BOOK.calculators()}
    period = next(item for item in listed["vat.small_scale.2026_2027"].inputs if item.name == "period")
    assert (period.default, period.choices) == ("quarter", ("quarter", "month"))

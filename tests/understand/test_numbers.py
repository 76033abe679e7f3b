from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand.facts import extract_facts
from assistant.understand.normalise import normalise
from assistant.understand.numbers import find_numbers, parse_number

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("三千多万", 30_000_000, 40_000_000),
        ("2500多万", 25_000_000, 26_000_000),
        ("五六百万", 5_000_000, 6_000_000),
        ("3000到3500万", 30_000_000, 35_000_000),
        ("1.2亿", 120_000_000, 120_000_000),
        ("两个亿三", 230_000_000, 230_000_000),
        ("三万五", 35_000, 35_000),
        ("叁佰万元整", 3_000_000, 3_000_000),
        ("１，２００万", 12_000_000, 12_000_000),
        ("50w", 500_000, 500_000),
        ("年终奖5万4，单独计税", 54_000, 54_000),
        ("欠税5万6要交", 56_000, 56_000),
        ("含税8万2400", 82_400, 82_400),
        ("一万八", 18_000, 18_000),
        ("1万2千5", 12_500, 12_500),
        ("30多人", 30, 40),
    ],
)
def test_figures_are_read_as_people_write_them(text: str, low: int, high: int) -> None:
    [quantity] = find_numbers(normalise(text))
    assert (quantity.low, quantity.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "values"),
    [("交了5万3个月", [50_000, 3]), ("租金2万4天后付", [20_000, 4]), ("社保3万500人", [30_000, 500])],
)
def test_a_digit_that_counts_a_noun_is_no_part_of_the_figure(text: str, values: list[int]) -> None:
    assert [quantity.value for quantity in find_numbers(normalise(text))] == [Decimal(value) for value in values]


@given(st.integers(1, 10**9))
def test_plain_digits_read_as_themselves(number: int) -> None:
    read = parse_number(str(number))
    assert read is not None
    assert read[0] == number


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_and_each_fact_quotes_its_words(text: str) -> None:
    plain = normalise(text)
    for fact in extract_facts(plain, DAY):
        assert fact.text in plain or fact.text


def test_invisible_and_traditional_characters_do_not_matter() -> None:
    assert normalise("高\u200b企\u202e申報") == "高企申报"


def test_a_bare_answer_fills_the_open_question() -> None:
    assert extract_facts("15个", DAY, asked=("hr.tech_staff",))[0].value == 15
    assert extract_facts("没有", DAY, asked=("ip.invention_patents",))[0].value == 0
    assert extract_facts("不清楚", DAY, asked=("rd.expense",))[0].unknown
    assert extract_facts("这个不方便说", DAY, asked=("rd.expense",))[0].declined
    years = extract_facts("120、160、210万", DAY, asked=("rd.expense",))
    assert [(fact.year, fact.value) for fact in years] == [(2023, 120), (2024, 160), (2025, 210)]


def test_numbers_of_others_and_of_papers_are_no_facts() -> None:
    assert extract_facts("同行去年营收2亿", DAY) == ()
    assert extract_facts("国科发火〔2016〕32号第十一条", DAY) == ()
    assert extract_facts("我电话13800138000", DAY, asked=("finance.revenue",)) == ()

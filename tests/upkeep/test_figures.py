"""One amount written in many ways is one figure; different amounts never are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.upkeep.evidence import evidence
from knowledge.upkeep.numerals import read_numeral
from knowledge.upkeep.reading import figures, spread


def keys(text: str) -> set[tuple[str, str | Decimal]]:
    return {figure.key for figure in figures(text)}


@pytest.mark.parametrize(
    "same",
    [
        ("5,000万元", "5000 万元", "0.5 亿元", "五千万元", "50000000 元", "50,000,000元"),
        ("10%", "百分之十", "10 ％", "100‰"),
        ("0.05%", "万分之五", "0.5‰", "千分之零点五"),
        ("2026年6月1日", "2026-06-01", "2026/6/1", "2026 年 6 月 1 日"),
        ("第八十四条", "第84条", "第 84 条"),
        ("三十日", "30 日", "30天"),
        ("两年", "2 年", "2周年", "二年"),
        ("国科发政〔2017〕115号", "（2017）115号"),
        ("二十个工作日", "20 个工作日", "20工作日"),
        ("6 月 30 日", "06-30", "六月三十日"),
    ],
)
def test_one_amount_written_in_many_ways_is_one_figure(same: tuple[str, ...]) -> None:
    assert len({frozenset(keys(text)) for text in same}) == 1


@pytest.mark.parametrize(
    "words", ["一年", "一般", "任意一项", "十分重要", "第三方", "两种算法", "一个", "几万元", "第二步"]
)
def test_words_are_no_figures(words: str) -> None:
    assert keys(words) == set()


def test_ranges_hand_their_unit_on() -> None:
    assert keys("1–2 个月") == {("月", Decimal(1)), ("月", Decimal(2))}
    assert keys("15%至20%") == keys("15–20%") == {("ratio", Decimal("0.15")), ("ratio", Decimal("0.2"))}
    assert keys("第84、86–88条") == {("条", Decimal(n)) for n in (84, 86, 87, 88)}
    assert spread("47条至第50") == (47, 48, 49, 50)


@pytest.mark.parametrize(
    ("source", "said", "held"),
    [
        ({"value": 20000, "unit": "万元"}, "不超过 20000 万元", True),
        ({"value": 20000, "unit": "万元"}, "不超过 2 亿元", True),
        ({"value": "0.1", "unit": "ratio"}, "10%", True),
        ({"value": "0.1", "unit": "ratio"}, "11%", False),
        ({"days": 30}, "三十日", True),
        ({"rule": "3个月内"}, "3 年", False),
        ({"rule": "24个月"}, "两年", True),
        ({"documents": [{"doc_no": "国发〔2016〕32号"}]}, "32号文", True),
        ({"documents": [{"doc_no": "国发〔2016〕32号"}]}, "国发〔2017〕32号", False),
        ({"words": ["65分"]}, "65 分", False),
        ({"id": "cit.2024"}, "2024 年", False),
        ({"yearly": "06-30"}, "每年 6 月 30 日", True),
        ({"date": "2024-03-10"}, "2024 年", True),
        ({"year": 2026}, "2026 年", True),
        ({"url": "https://a.gov.cn/1.html"}, "https://a.gov.cn/2.html", False),
    ],
)
def test_a_figure_is_held_only_by_its_own_amount(source: dict[str, object], said: str, held: bool) -> None:
    stands = evidence(source)
    assert all(stands.holds(figure) for figure in figures(said)) is held


@given(st.integers(min_value=2, max_value=9999))
def test_numerals_are_read_as_written(number: int) -> None:
    digits = "零一二三四五六七八九"
    text, zero = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if zero else "") + digits[digit] + name
            zero = False
        else:
            zero = bool(text)
    assert read_numeral(text) == number
    assert keys(f"{text}元") == keys(f"{number}元")


@given(st.integers(min_value=1, max_value=10**9))
def test_万_and_元_are_the_same_money(amount: int) -> None:
    assert keys(f"{amount}万元") == keys(f"{amount * 10_000:,}元")

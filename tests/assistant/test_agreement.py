"""Freely worded sentences held against their sources; the labelled set's open half as a floor."""

import pytest

from assistant.compose.agreement import disagreement
from assistant.compose.check import check
from assistant.compose.figures import figures
from assistant.compose.statement import Source, Statement
from eval.sentences import run

FLOOR = 0.93


def test_the_open_half_of_the_labelled_sentences_is_judged_as_labelled() -> None:
    metrics = run()["metrics"]
    assert metrics["half"] == "dev"
    assert metrics["right"] >= FLOOR, metrics


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("县城的城建税税率是 7%。", "纳税人所在地在市区的，税率为百分之七；纳税人所在地在县城、镇的，税率为百分之五。"),
        ("有限合伙人可以用劳务出资。", "有限合伙人不得以劳务出资。"),
        ("所有公司都要五年内缴足。", "有限责任公司的股东应当自成立之日起五年内缴足。"),
        ("Ⅰ类知识产权只能用一次。", "Ⅱ类知识产权只能用一次。"),
    ],
)
def test_another_meaning_is_told(sentence: str, text: str) -> None:
    assert disagreement(sentence, [("", text)])


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("县城按 5% 缴城建税。", "纳税人所在地在市区的，税率为百分之七；纳税人所在地在县城、镇的，税率为百分之五。"),
        ("有限合伙人不能用劳务出资。", "有限合伙人不得以劳务出资。"),
        ("公积金缴存比例不低于百分之五。", "职工和单位住房公积金的缴存比例均不得低于 5%。"),
    ],
)
def test_the_same_meaning_in_other_words_passes(sentence: str, text: str) -> None:
    assert disagreement(sentence, [("", text)]) is None


def test_free_words_without_a_source_are_dropped() -> None:
    source = Source("1", "1", "印花税", None, "营业账簿按实收资本与资本公积合计的万分之二点五计税。")
    kept, flaws = check((Statement("今天天气晴朗适合出门散步。", (source,), free=True),))
    assert kept == ()
    assert flaws[0].why == "与所引原文不相干"


def test_one_figure_written_in_three_ways_is_one() -> None:
    assert figures("万分之五") == figures("0.05%") == figures("千分之0.5")


def test_a_month_of_a_cited_date_is_grounded() -> None:
    source = Source("1", "1", "过渡", None, "2027-06-30 前把剩余出资期限调整到五年内。")
    assert check((Statement("2027 年 6 月底前把剩余出资期限调整好。", (source,), free=True),))[0]

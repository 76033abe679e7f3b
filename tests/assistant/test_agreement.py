"""Freely worded sentences held against their sources; the labelled set's open half as a floor."""

import re
from pathlib import Path

import pytest

from assistant.compose.agreement import disagreement
from assistant.compose.check import check
from assistant.compose.figures import figures, supported
from assistant.compose.statement import Source, Statement
from eval.sentences import run

ARTICLES = Path(__file__).parents[2] / "knowledge" / "articles"
FLOOR = 0.97


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
        ("合同的副本也要贴印花税。", "下列凭证免征印花税：\n（一）应税凭证的副本或者抄本；"),
        ("只卖预包装食品也得办许可。", "从事食品销售，应当依法取得许可。但是，仅销售预包装食品的，不需要取得许可。"),
        ("没有特定目的，也可以处理敏感个人信息。", "只有在具有特定的目的的情形下，方可处理敏感个人信息。"),
        ("成立超过 5 年的可以报。", "成立不超过 5 年的可以报。"),
        ("采购人可以向供应商提出质疑。", "供应商可以向采购人提出质疑。"),
        ("证书由科学技术厅认定。", "证书由工业和信息化厅认定。"),
        ("够了这些数就一定能评上。", "够了这些数还要过评审，才能评上。"),
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
        ("罚款不能在税前扣。", "计算应纳税所得额时，下列支出不得扣除：\n（一）罚款；\n（二）赞助支出。"),
        ("没有特定目的，就不能处理敏感个人信息。", "只有在具有特定的目的的情形下，方可处理敏感个人信息。"),
        ("独占许可来的不计入核心知识产权。", "| 核心知识产权 | 自主研发取得所有权；独占许可不算 |"),
        ("不得拒绝退货。", "应当接受退货，不得拒绝退货。"),
    ],
)
def test_the_same_meaning_in_other_words_passes(sentence: str, text: str) -> None:
    assert disagreement(sentence, [("", text)]) is None


PASSAGES = [
    ("专利法", "发明专利权的期限为二十年，实用新型专利权的期限为十年，均自申请日起计算。"),
    ("商标法", "注册商标的有效期为十年，自核准注册之日起计算。"),
    ("劳动合同法", "自用工之日起超过一个月未订立书面劳动合同的，应当每月支付二倍的工资。"),
    ("劳动合同法", "违法解除劳动合同的，应当依照经济补偿标准的二倍支付赔偿金。"),
]


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        ("发明专利保护二十年，注册商标的有效期是十年。", True),
        ("发明专利保护十年，注册商标的有效期是二十年。", False),
        ("没签书面合同的，每月支付二倍工资；违法解除的，按经济补偿标准的二倍付赔偿金。", True),
        ("超过一个月没签书面合同的，按经济补偿标准的二倍付赔偿金。", False),
    ],
)
def test_what_is_put_together_from_passages_keeps_each_figure_and_consequence_where_it_stands(
    sentence: str, right: bool
) -> None:
    assert (disagreement(sentence, PASSAGES) is None) == right


@pytest.mark.parametrize(
    ("sentence", "ground"),
    [
        ("三天没确认就作废。", "72 小时内确认，逾期作废。"),
        ("编号到第二年三月底。", "有效到次年 3 月 31 日。"),
        ("工资的八成。", "工资的 80%。"),
    ],
)
def test_a_length_or_share_in_another_unit_is_grounded(sentence: str, ground: str) -> None:
    assert supported(sentence, [ground])[0]


def test_every_sentence_of_our_own_articles_agrees_with_its_paragraph() -> None:
    """Word for word there is nothing to object to: what is dropped here is the check's own mistake."""
    said = [
        (sentence, paragraph) for paragraph in _paragraphs() for sentence in re.findall(r"[^。\n]{8,}。", paragraph)
    ]
    dropped = [
        sentence for sentence, paragraph in said[:: len(said) // 300] if disagreement(sentence, [("", paragraph)])
    ]
    assert len(dropped) <= 3, dropped


def _paragraphs() -> list[str]:
    texts = [path.read_text("utf-8").split("---", 2)[2] for path in sorted(ARTICLES.glob("*.md"))]
    return [part for text in texts for part in text.split("\n\n") if len(part) > 30 and "|" not in part]


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

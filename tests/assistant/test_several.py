"""Several questions in one message: each is answered, or named as the one that wasn't."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.house import House
from api.wiring import build_house, speaker_for
from assistant.converse import ask
from assistant.values import Reply
from eval.answers import ungrounded
from knowledge.companies import EMPTY
from tests.conftest import settings_for

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def house(furnished: Path) -> Iterator[House]:
    with build_house(settings_for(furnished)) as found:
        yield found


def told(house: House, question: str, region: str | None = None) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), question, company=EMPTY, as_of=AS_OF, region=region)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("1.科小多少分过 2.编号有效到啥时候 3.要发证吗", ("60 分", "3 月 31 日", "不发证书")),
        ("高企有效期几年还有所得税几个点另外亏损能往后补几年", ("3 年", "15%", "10 年")),
        ("小规模这季度开了35万含税普票，增值税多少，附加税要交吗", ("3,465.35", "附加")),
        ("劳务派遣许可证注册资本要多少，有效期多久，派遣用工比例不能超多少", ("200 万", "3 年", "10%")),
    ],
)
def test_every_question_of_a_message_is_answered(house: House, question: str, said: tuple[str, ...]) -> None:
    reply = told(house, question)
    assert all(words in reply.answer for words in said), reply.answer
    assert not ungrounded(reply)


def test_a_question_without_an_answer_is_named(house: House) -> None:
    reply = told(house, "高企证书有效期几年，另外拖拉机驾照几年换一次")
    assert reply.outcome == "answered"
    assert "3 年" in reply.answer
    assert "“拖拉机驾照几年换一次”没有找到足够的依据" in reply.answer
    assert "发证" not in reply.answer.split("“拖拉机")[1]


def test_a_question_keeps_the_subject_of_the_one_before(house: House) -> None:
    reply = told(house, "食品店只卖包装好的饼干饮料要不要办许可，开奶茶店呢，证管几年")
    assert "备案" in reply.answer
    assert "有效期 5 年" in reply.answer
    assert not any("安全生产" in one.title for one in reply.citations)


def test_what_was_said_to_one_question_is_not_said_again(house: House) -> None:
    reply = told(house, "招待费 广告费 福利费 税前各能扣多少")
    assert all(figure in reply.answer for figure in ("60%", "15%", "14%"))
    lines = [line for line in reply.answer.splitlines() if line.startswith("|") and "---" not in line]
    rows = [line for line in lines if not line.startswith(("| 费用", "| 情形"))]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("科创板第四套市值要多少", "300,000 万元（第四套标准）", "100,000"),
        ("创业板第一套对市值要求多少", "第一套标准对预计市值没有要求", "万元"),
        ("北交所第六套市值多少", "没有问到的那一套", "万元"),
    ],
)
def test_a_numbered_way_is_told_by_itself(house: House, question: str, said: str, not_said: str) -> None:
    reply = told(house, question)
    assert said in reply.answer
    assert not_said not in reply.answer


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("科创板第四套和创业板第三套，对市值要求谁更高", ("300,000 万元", "500,000 万元"), "200,000"),
        ("专精特新跟小巨人，主营占比和负债率的线分别差多少", ("80%", "90%", "75%"), "待确认"),
        ("弥补亏损减资和普通减资，通知债权人有啥区别", ("10 日内 | 不用",), "罚款"),
        ("小微5%和高企15%哪个划算，所得200万各交多少", ("100,000 元", "300,000 元"), "500,000"),
    ],
)
def test_each_side_of_a_comparison_is_told(house: House, question: str, said: tuple[str, ...], not_said: str) -> None:
    reply = told(house, question)
    assert reply.outcome == "answered"
    assert all(words in reply.answer for words in said), reply.answer
    assert not_said not in reply.answer
    assert not ungrounded(reply)


def test_years_are_compared_each_on_its_own_day(house: House) -> None:
    reply = told(house, "2025年和2026年专精特新认定的营收门槛有什么不同")
    assert "63 号文" in reply.answer
    assert reply.answer.index("1,000 万元") < reply.answer.index("1,500 万元")
    assert not ungrounded(reply)


def test_a_year_of_which_nothing_is_known_is_named(house: House) -> None:
    reply = told(house, "2019年和2026年专精特新认定的营收门槛有什么不同")
    assert "没有查到当时有效的规定" in reply.answer
    assert "1,500 万元" in reply.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("小巨人帮我列一下：①上年营收 ②平台得分，都要多少", ("5,000 万元", "60 分")),
        ("公积金缴存比例上海最高能到多少，北京呢", ("5% 至 7%", "5% 至 12%")),
        ("北京跟上海现在社保缴费基数下限哪个高", ("7,270", "7,546")),
        ("这个月报税最后一天是几号，下个月呢", ("2026-11-16", "2026-12-15")),
        ("人数资产都没超，利润300万跟利润301万，企业所得税差多大", ("150,000 元", "752,500 元")),
        ("一年挣80万，注册个体户和注册小微公司（先不管分红），所得税一年差多少", ("107,250 元", "40,000 元")),
        ("法定公积金提百分之几，提到注册资本多少可以不提了", ("百分之十", "百分之五十")),
    ],
)
def test_lists_turned_questions_and_two_cases_are_answered_each(
    house: House, question: str, said: tuple[str, ...]
) -> None:
    reply = told(house, question)
    assert reply.outcome == "answered"
    assert all(words in reply.answer for words in said), reply.answer
    assert not ungrounded(reply)


@pytest.mark.parametrize(
    ("question", "said", "never"),
    [
        ("会计说销售额超过800万才要登记一般纳税人，我们现在620万先不急", "500 万元", "记下了"),
        ("福利费税前扣除上限是工资总额的10%吧，我们工资700万", "14%", "没有超过限额"),
        ("科技型中小企业年销售额上限是4个亿，没错吧", "20000 万元", "依据一致"),
        ("2027年1月的申报期到几号", "还没有查到公布的通知", "2026"),
    ],
)
def test_what_is_believed_is_no_fact_and_what_is_missing_decides_nothing(
    house: House, question: str, said: str, never: str
) -> None:
    reply = told(house, question)
    assert said in reply.answer, reply.answer
    assert never not in reply.answer, reply.answer

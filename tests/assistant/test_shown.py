"""No figure leaves the house that the client isn't shown the ground of; the last step of composing sees to it."""

from datetime import date

import pytest

from api.house import House
from api.wiring import speaker_for
from assistant.compose.compose import compose
from assistant.compose.statement import Part, Source, Statement
from assistant.converse import ask
from eval.answers import ungrounded
from knowledge.companies import EMPTY

AS_OF = date(2026, 11, 23)
OWN = "服务费 3,600 元，约 250 个工作日"
# Whatever is asked: prices, orders, steps, days to file, suppositions, verdicts, comparisons, sums.
ASKED = (
    "代理记账一年多少钱",
    "CMMI三级辅导多少钱",
    "注销公司全包多少钱",
    "你们能办哪些，我要下单",
    "高企申报第3步要做什么",
    "代理记账的流程有几步",
    "高企要准备哪些材料",
    "公司注册要走几步",
    "我的订单到哪了",
    "我们去年营收3500万，研发费280万，研发人员12个，总人数80，帮我看看能不能评高企",
    "我们营收八百万，员工三十来号人，成立两年半，能评科小吗",
    "研发人员50个，总人数20个，能评高企吗",
    "如果明年营收涨到6000万，专精特新够不够",
    "再招5个研发人员，高企能不能评",
    "小规模季度开票28万交多少税",
    "小规模这个季度开了45万含税，要交多少",
    "小规模含税101万换算成不含税是多少",
    "利润280万，80人，资产3000万，所得税多少",
    "员工320人算小微吗",
    "月薪2万个税扣多少",
    "年终奖8万单独计税多少",
    "本月征期最后一天是几号",
    "10月报税截止到几号",
    "高企还能报吗，什么时候截止",
    "高企和科小有什么区别",
    "小规模和一般纳税人交税有什么不同",
    "注册资本多久缴足",
    "小巨人营收要多少",
    "创新型中小企业评分多少分过",
    "2024年小规模季度免税额是多少",
    "加计扣除比例是多少",
    "城建税怎么算，增值税交了5万",
    "印花税：购销合同300万交多少",
    "残保金怎么算，100个人，年平均工资8万，没招残疾人",
    "CMMI和CS证书都是一年一换，报价按一年给客户写了",
    "商标过期才两个月忘了续，还有救没",
    "专精特新证书管五年对吧",
    "反不正当竞争法2024年那版第一条还能用吗",
)
CITED = (
    ("上海社保基数上下限多少", "上海市"),
    ("北京公积金比例多少", "北京市"),
    ("专精特新今年啥时候截止", "江苏省苏州市"),
)


def said(*parts: Part) -> tuple[str, str | None]:
    reply = compose("代理记账多少钱", AS_OF, None, parts)
    assert not ungrounded(reply)
    return reply.answer, reply.reason


def test_a_statement_that_only_grounds_itself_is_dropped() -> None:
    answer, reason = said(Part((Statement(OWN, (), (OWN,)),)))
    assert "3,600" not in answer
    assert reason == "no_evidence"


def test_what_a_card_or_a_sum_carries_is_kept() -> None:
    for carried in (
        Part((Statement(OWN, (), (OWN,)),), cards=({"type": "price", "list": "3,600.00", "workdays": 250},)),
        Part((Statement(OWN, (), (OWN,)),), computed=({"outputs": {"fee": 3600, "days": 250}},)),
    ):
        assert OWN in said(carried)[0]


def test_what_rested_on_the_citation_of_a_dropped_statement_goes_with_it() -> None:
    source = Source("k", "d", "收费办法", None, "代理记账收费 3,600 元")
    wrong = Statement("代理记账收费 3,600 元，第二年 9,900 元", (source,), ("9,900 元",))
    resting = Statement("每年 3,600 元", (), ("3,600 元",))
    answer, _ = said(Part((wrong, resting, Statement("具体以合同为准"))))
    assert answer == "具体以合同为准。"
    kept, _ = said(Part((Statement("代理记账收费 3,600 元", (source,)), resting)))
    assert "每年 3,600 元" in kept


def test_no_answer_of_any_kind_carries_a_figure_without_its_ground(
    home: House, capsys: pytest.CaptureFixture[str]
) -> None:
    loose = {}
    for question, region in (*((one, None) for one in ASKED), *CITED):
        reply = ask(
            home.desk,
            speaker_for(home, "visitor", "client"),
            question,
            company=EMPTY,
            as_of=AS_OF,
            region=region,
        )
        if found := ungrounded(reply):
            loose[question] = found
    assert not loose
    assert "statement_dropped" not in capsys.readouterr().out  # each builder shows what it says

"""Sums asked in words: the rule meant, the inputs read, the result told; cases and questions while one is open."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from api.house import House
from api.wiring import build_house, speaker_for
from assistant.conversation import open_conversation
from assistant.converse import ask, converse
from assistant.understand.sums import continues, names_sum, read_asked
from assistant.understand.sumtopics import pattern, topics
from assistant.values import Reply
from eval.answers import ungrounded
from knowledge.base.ids import new_id
from knowledge.companies import EMPTY
from knowledge.policies import load_rules
from tests.conftest import settings_for

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def house(furnished: Path) -> Iterator[House]:
    with build_house(settings_for(furnished)) as found:
        yield found


def told(house: House, question: str, region: str | None = None, as_of: date = AS_OF) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), question, company=EMPTY, as_of=as_of, region=region)


SETTLED = [
    ("签了300万采购合同，不享受减半，印花税多少", "local.stamp_duty", {"item": "sale", "half": "0"}, {"tax": "900"}),
    ("租赁合同24万，印花税多少，小规模", "local.stamp_duty", {"item": "lease", "half": "1"}, {"tax": "120"}),
    ("跟银行借款500万，大型企业，印花税几块", "local.stamp_duty", {"item": "loan"}, {"tax": "250"}),
    ("技术开发合同100万，小微，印花税", "local.stamp_duty", {"item": "technology"}, {"tax": "150"}),
    ("实收资本增加200万，印花税多少，小微", "local.stamp_duty", {"item": "business_books"}, {"tax": "250"}),
    ("卖厂房2000万，印花税多少，不是小微", "local.stamp_duty", {"item": "land_house_transfer"}, {"tax": "10000"}),
    (
        "市区小规模，季度销售40万，交了增值税4000，附加税多少",
        "local.surcharges",
        {"place": "city", "period": "quarter", "vat_paid": "4000", "period_sales": "400000"},
        {"total": "240"},
    ),
    ("月销售9万，交了增值税900，县城，附加多少，减半", "local.surcharges", {"place": "county_town"}, {"total": "22.5"}),
    (
        "增值税3万，在农村，月销售120万，城建税和附加多少，不减半",
        "local.surcharges",
        {"place": "other"},
        {"total": "1800"},
    ),
    (
        "月薪2万，每月社保3000，每月专项附加2000，全年个税多少",
        "iit.comprehensive_annual",
        {"income": "240000", "social_and_fund": "36000", "additional": "24000"},
        {"tax": "9480"},
    ),
    ("每月工资2万，社保公积金2500，6月要扣多少个税", "iit.wage_withholding", {"months": "6"}, {"this_month": "1250"}),
    ("年终奖36001单独算，个税多少", "iit.year_end_bonus", {"bonus": "36001"}, {"tax": "3390.1"}),
    ("劳务报酬8000元，预扣多少个税", "iit.labour_withholding", {"payment": "8000"}, {"tax": "1280"}),
    ("个体户全年经营所得260万个税多少", "iit.business_income", {"taxable": "2600000"}, {"payable": "527250"}),
    ("上市公司股权激励50万个税多少", "iit.listed_equity_incentive", {}, {"tax": "97080"}),
    ("把股权0元转给儿子，出资50万，净资产80万，个税多少", "iit.equity_transfer", {"price": "0"}, {"tax": "0"}),
    ("股权当初出资100万，卖给朋友150万，净资产280万，个税多少", "iit.equity_transfer", {}, {"tax": "360000"}),
    ("给股东分红100万，个税扣多少", "iit.dividend", {"dividend": "1000000"}, {"tax": "200000"}),
    (
        "厂房原值800万，减除20%，不减半，房产税多少",
        "local.property_tax",
        {"basis": "cost", "cut": "0.2"},
        {"tax": "76800"},
    ),
    ("出租厂房每月租金5万，房产税一年多少，小规模", "local.property_tax", {"amount": "600000"}, {"tax": "36000"}),
    ("税款20万，滞纳45天，滞纳金多少", "admin.late_fee", {"days": "45"}, {"fee": "4500"}),
    (
        "卖旧设备不含税10万，小规模，3%减按2%交多少",
        "vat.used_fixed_assets",
        {"price_incl_tax": "103000"},
        {"vat": "2000"},
    ),
    ("销项20万，进项15万，上期留抵2万，交多少增值税", "vat.general.payable", {}, {"payable": "30000"}),
    (
        "一般纳税人含税收入113万，13%，进项5万，交多少增值税",
        "vat.general.payable",
        {"sales_13": "1000000"},
        {"payable": "80000"},
    ),
    ("一般纳税人货物100万，服务50万，进项20万，增值税多少", "vat.general.payable", {}, {"credit_carried": "40000"}),
    (
        "劳务派遣含税收入212万，代付工资190.8万，差额交多少",
        "vat.labour_dispatch.2026_2027",
        {},
        {"output_tax": "12000"},
    ),
    ("软件销售300万，销项39万，进项5万，即征即退多少", "vat.software.immediate_refund", {}, {"refund": "250000"}),
    (
        "工资总额500万，教育经费50万，能扣多少",
        "cit.staff_costs",
        {"education": "500000"},
        {"education_carried": "100000"},
    ),
    ("业务招待费50万，年收入3000万，能扣多少", "cit.entertainment", {}, {"allowed": "150000"}),
    ("医药公司收入1亿，广告费3500万，能扣多少", "cit.advertising", {"cap_rate": "0.30"}, {"carried_out": "5000000"}),
    ("捐赠50万，利润300万，税前能扣多少", "cit.donation", {}, {"allowed": "360000", "carried": "140000"}),
    (
        "人员工资300万，直接投入100万，折旧50万，其他费用80万，加计扣除多少",
        "cit.rd_super_deduction",
        {"personnel": "3000000", "other": "800000"},
        {"other_allowed": "500000", "super_deduction": "5000000"},
    ),
    ("2022年亏损，普通企业最晚能弥补到哪年", "cit.loss_carry", {"loss_year": "2022"}, {"last_year": "2027"}),
    ("公司25个人，没招残疾人，残保金交多少", "levy.disabled_employment", {"placed": "0"}, {"levy": "0"}),
    ("失业保险交了20万，大型企业，裁员率2%，500人，稳岗返还多少", "si.stability_refund", {}, {"refund": "60000"}),
    (
        "失业保险交了6万，小微，没裁员，40多人，稳岗返还多少",
        "si.stability_refund",
        {"layoff_ratio": "0"},
        {"refund": "36000"},
    ),
    ("上海工资10000，公积金比例7%，每月交多少", "hf.monthly", {"rate": "0.07"}, {"each_side": "700"}),
]


@pytest.mark.parametrize(("question", "rule", "inputs", "outputs"), SETTLED, ids=[row[0] for row in SETTLED])
def test_the_sum_is_worked_out_and_told(
    house: House, question: str, rule: str, inputs: dict[str, str], outputs: dict[str, str]
) -> None:
    reply = told(house, question)
    assert reply.outcome == "answered", reply.answer
    assert [one["rule_id"] for one in reply.computed] == [rule]
    for said, given in ((inputs, reply.computed[0]["inputs"]), (outputs, reply.computed[0]["outputs"])):
        for name, value in said.items():
            found = str(given[name])
            same = Decimal(found) == Decimal(value) if value[0].isdigit() else found == value
            assert same, (name, found)
    assert "**" in reply.answer
    assert reply.citations
    assert not ungrounded(reply)


OPEN = [
    ("借款合同500万，印花税要交多少", ("half",), [125, 250]),
    ("2022年亏损，最晚能弥补到哪年", ("hnte_or_tech_sme",), [2027, 2032]),
    ("一般纳税人本月不含税销售100万，进项8万，交多少增值税", ("rate",), [50000, 10000, 0]),
    ("服务合同100万要交多少印花税", ("item", "half"), []),
    ("晚交税10万，滞纳金多少", ("days",), []),
    ("月薪8000社保交多少", ("table",), []),
    ("工资3万，个税多少", ("months",), []),
    ("公司100人没有残疾人，残保金要交多少", ("required_ratio", "avg_wage", "local_avg_wage"), []),
    ("帮我算下年终奖的个税", ("bonus",), []),
]


@pytest.mark.parametrize(("question", "missing", "figures"), OPEN, ids=[row[0] for row in OPEN])
def test_what_is_open_is_asked_for_with_each_case(
    house: House, question: str, missing: tuple[str, ...], figures: list[int]
) -> None:
    reply = told(house, question)
    assert (reply.outcome, reply.missing) == ("need_info", missing), reply.answer
    keys = ("tax", "last_year", "payable")
    assert [one["outputs"][key] for one in reply.computed for key in keys if key in one["outputs"]] == figures
    assert not ungrounded(reply)


def test_social_insurance_is_of_the_place_and_day(house: House) -> None:
    now = told(house, "月薪15000，社保单位和个人各交多少", "上海市")
    assert now.computed[0]["inputs"]["table"] == "shanghai_2026_07"
    before = told(house, "月薪15000，社保单位和个人各交多少", "上海市", date(2026, 3, 1))
    assert before.computed[0]["inputs"]["table"] == "shanghai_2025_07"
    elsewhere = told(house, "杭州月薪8000社保交多少")
    assert (elsewhere.outcome, elsewhere.computed) == ("declined", ())


def test_unverified_figures_are_never_worked_with(house: House) -> None:
    reply = told(house, "深圳月薪15000社保交多少", as_of=date(2026, 3, 1))
    assert (reply.outcome, reply.reason, reply.computed) == ("declined", "no_evidence", ())


def test_a_rule_not_in_force_is_declined_with_its_dates(house: House) -> None:
    reply = told(house, "2019年买卖合同100万印花税多少，不减半")
    assert (reply.outcome, reply.reason) == ("declined", "not_in_force")
    assert "2022-07-01" in reply.answer
    assert not ungrounded(reply)


@pytest.mark.parametrize(
    "text",
    [
        "那附加税在正好30万的时候要交吗",
        "业务招待费扣除比例是多少",
        "稳岗返还什么时候申请",
        "年终奖36000和36001哪个划算",
        "小规模季度不含税30万，增值税多少",
        "应纳税所得额200万，企业所得税多少",
        "高企研发费用占比是多少，收入5000万",
    ],
)
def test_questions_about_a_rule_are_no_sums(text: str) -> None:
    assert not names_sum(text)


def test_what_was_asked_for_is_answered_in_the_next_message() -> None:
    last = "买卖合同80万，印花税多少"
    assert continues("是小规模", last)
    assert not continues("谢谢", last)
    settled = read_asked(f"是小规模，{last}", AS_OF)
    assert settled is not None
    assert settled.given["half"][0].value == "1"


def test_every_topic_names_a_rule_that_can_be_worked_with_and_its_inputs() -> None:
    book = load_rules()
    for topic in topics():
        rule = book.rule(topic.rule, AS_OF)
        assert rule.formula, topic.name
        assert rule.verified, topic.name
        assert set(topic.inputs) <= set(rule.inputs), topic.name
        lacking = {name for name, one in rule.inputs.items() if one.default_on(AS_OF) is None} - set(topic.inputs)
        assert not lacking, (topic.name, lacking)
        for wanted in topic.inputs.values():
            for words in (wanted.words, wanted.none, *wanted.values.values()):
                assert words is None or pattern(words)


def test_the_conversation_settles_an_open_sum(home: House) -> None:
    who = speaker_for(home, "client1", "client")
    with home.database.work() as work:
        talk = open_conversation(work.session(who.org_id), who, home.clock, company_id=new_id())
    first = converse(home.desk, home.database, who, talk, "买卖合同80万，印花税多少", key=new_id(), as_of=AS_OF)
    assert (first.outcome, first.missing) == ("need_info", ("half",))
    then = converse(home.desk, home.database, who, talk, "我们是小规模", key=new_id(), as_of=AS_OF)
    assert [one["outputs"]["tax"] for one in then.computed] == [120]
    assert then.outcome == "answered"

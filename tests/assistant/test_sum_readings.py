"""How amounts bind to their part of a sum: bought and sold, by the month and by the year, one of none, told and asked.

Each answer was worked out by hand from the rule.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
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


def told(house: House, question: str, as_of: date = AS_OF) -> Reply:
    return ask(house.desk, speaker_for(house, "visitor", "client"), question, company=EMPTY, as_of=as_of)


SHARES = "iit.equity_transfer"
YEAR = "iit.comprehensive_annual"
LEVY = "levy.disabled_employment"
SEVERANCE = "labour.severance"
READ = [
    # bought and sold; a tax that is only told as a cost is not the one asked for
    (
        "前年花50万买了朋友公司10%的股份，现在作价120万转给别人，印花税这些税费花了600块，净资产份额100万，个人所得税交多少",
        SHARES,
        {"tax": "139880"},
    ),
    ("我30万接手的股份，老王出75万买，净资产份额60万，要交多少个人所得税", SHARES, {"tax": "90000"}),
    (
        "把名下股份卖了200万，买的时候花了70万，印花税和手续费2000，净资产份额150万，个税交多少",
        SHARES,
        {"tax": "259600"},
    ),
    ("10万块入的股，转出去价格88万，净资产份额对应95万，没有正当理由，个税多少", SHARES, {"tax": "170000"}),
    ("股权转让合同260万，印花税交多少，不减半", "local.stamp_duty", {"tax": "1300"}),
    # by the month in a year's sum
    ("年薪40万，三险一金月扣5000，没有专项附加，个税一年多少", YEAR, {"social_and_fund": "60000", "tax": "39080"}),
    ("工资一年18万，社保个人部分每月交1500，赡养老人每月3000，全年个税多少", YEAR, {"tax": "4080"}),
    ("每月工资2万，社保2000，公积金1000，全年个税多少", YEAR, {"social_and_fund": "36000", "tax": "11880"}),
    ("年收入20万，社保一年3.6万，每月专项附加2000，个税多少", YEAR, {"social_and_fund": "36000", "tax": "5480"}),
    # one of none
    ("50个人，一个残疾人都没有，平均工资每月7000，当地社平年8.5万，比例1.6%，残保金多少", LEVY, {"levy": "60480"}),
    (
        "残保金，上年平均职工96人，残疾人一个也没，比例1.7%，本单位年平均工资10万，当地社平9万，交多少",
        LEVY,
        {"levy": "146880"},
    ),
    ("我们在册72人，残疾员工0人，人均年工资6.8万，社平7.2万，当地比例1.5%，残保金多少", LEVY, {"levy": "66096"}),
    (
        "去年全年平均120人，安排了1个残疾人，人均年工资8万，社平7万，比例1.5%，残保金交多少",
        LEVY,
        {"placed": "1", "levy": "57600"},
    ),
    # software that comes back, labour that is no wage, labour as a cost
    (
        "自己开发的软件卖了500万不含税，销项65万，进项8万，增值税能退多少",
        "vat.software.immediate_refund",
        {"refund": "420000"},
    ),
    (
        "我们自己做的软件，不含税销售200万，销项26万，进项6万，超3%的部分能退多少",
        "vat.software.immediate_refund",
        {"refund": "140000"},
    ),
    ("请外面老师来讲课，课酬3000，要扣多少个税", "iit.labour_withholding", {"tax": "440"}),
    ("请了个临时主持人，报酬6000元，公司要预扣多少个税", "iit.labour_withholding", {"tax": "960"}),
    ("外面请的翻译，一次给1万2，个税扣多少", "iit.labour_withholding", {"tax": "1920"}),
    ("研发人工180万材料60万，没有其他费用，加计扣除多少", "cit.rd_super_deduction", {"super_deduction": "2400000"}),
    # what is added back
    ("工资总额500万，福利费80万，工会经费12万，要调增多少", "cit.staff_costs", {"add_back": "120000"}),
    ("全年工资薪金300万，教育经费30万，要纳税调增多少", "cit.staff_costs", {"add_back": "60000"}),
    # the base's year is not the sum's; a rate of one's own
    ("上海，去年月平均工资2万，社保单位每月交多少", "si.monthly", {"employer": "5140"}),
    (
        "上海，上年度平均工资1万，工伤费率0.5%，社保单位个人各多少",
        "si.monthly",
        {"employer": "2600", "employee": "1050"},
    ),
    ("上海，员工2025年月均9000，公积金7%，每月交多少", "hf.monthly", {"each_side": "630"}),
    # sales that bear such a VAT are above the exempt ones
    (
        "县城，一般纳税人，不享受减半，本月交增值税5万，城建税和教育费附加一共多少",
        "local.surcharges",
        {"total": "5000"},
    ),
    # severance, and the month's pay in place of a notice
    (
        "工作8年整，离职前12个月平均工资12000，上个月工资15000，N+1一共多少",
        SEVERANCE,
        {"severance": "96000", "total": "111000"},
    ),
    (
        "月工资5万，当地社平每月1.1万，工作15年，N+1补多少，上个月工资也是5万",
        SEVERANCE,
        {"severance": "396000", "total": "446000"},
    ),
    ("年薪36万，干了10年，当地社平年12万，经济补偿多少", SEVERANCE, {"total": "300000"}),
    ("公司辞退我，工作了7年3个月，月工资9000，补偿多少", SEVERANCE, {"paid_years": "7.5", "total": "67500"}),
    ("员工入职6年，月薪7500，不胜任辞退没提前通知，代通知金加补偿金一共多少", SEVERANCE, {"total": "52500"}),
    ("干了4个月，月薪6000，经济补偿多少", SEVERANCE, {"total": "3000"}),
    ("干了1年半，工资5500，公司无故开除，双倍赔偿是多少", SEVERANCE, {"total": "22000"}),
    # rent is taxed for the whole term
    ("租厂房，年租金10万，租期三年，印花税多少，不减半", "local.stamp_duty", {"amount": "300000", "tax": "300"}),
    ("我们公司租办公室，每月租金2万，合同签一年，印花税多少，小规模", "local.stamp_duty", {"tax": "120"}),
    ("仓库租约一年36万，一般纳税人不是小微，印花税多少", "local.stamp_duty", {"tax": "360"}),
    ("签了两年的租赁合同，租金一共48万，不减半，印花税多少", "local.stamp_duty", {"tax": "480"}),
    # an amount right before 年终奖; nothing spoken of is nought
    ("发15万年终奖，单独算，要扣多少个税", "iit.year_end_bonus", {"tax": "28590"}),
    ("年薪20万，不交社保，个税多少", YEAR, {"social_and_fund": "0", "tax": "11480"}),
    ("晚交了3万税款，拖了20天，滞纳金多少", "admin.late_fee", {"fee": "300"}),
]


@pytest.mark.parametrize(("question", "rule", "figures"), READ, ids=[row[0] for row in READ])
def test_each_amount_is_read_as_what_it_is(house: House, question: str, rule: str, figures: dict[str, str]) -> None:
    reply = told(house, question)
    assert reply.outcome == "answered", reply.answer
    assert [one["rule_id"] for one in reply.computed] == [rule]
    values = {**reply.computed[0]["inputs"], **reply.computed[0]["outputs"]}
    for name, figure in figures.items():
        assert Decimal(str(values[name])) == Decimal(figure), (name, values[name])
    assert reply.citations
    assert not ungrounded(reply)


ASKED = [
    ("职工80人没安排残疾人，残保金交多少", "required_ratio"),
    ("残保金，80人，没残疾人，比例1.5%，去年营业额500万，交多少", "avg_wage"),
    ("月工资5万，工作15年，经济补偿金多少", "local_avg"),
    ("租门面每月8000，印花税多少，小规模", "amount"),
    ("厂房出租，年租金含税105万，不减半，房产税多少", "amount"),
    ("工资一个月25000，五险一金3000，两个娃，一年要交多少个税", "additional"),
    ("年薪30万，五险一金照常交，没有附加扣除，个税多少", "social_and_fund"),
    ("三年多的老员工，月薪9000，经济补偿多少", "months"),
    ("县城，一般纳税人，不减半，本月交增值税5000，城建税和教育费附加一共多少", "period_sales"),
]


@pytest.mark.parametrize(("question", "missing"), ASKED, ids=[row[0] for row in ASKED])
def test_what_the_sum_hangs_on_is_asked_for_and_never_taken_for_nought(
    house: House, question: str, missing: str
) -> None:
    reply = told(house, question)
    assert reply.outcome == "need_info", reply.answer
    assert missing in reply.missing
    assert len({str(one["outputs"]) for one in reply.computed}) != 1


def test_the_year_of_the_base_is_told_apart_from_the_year_of_the_sum(house: House) -> None:
    assert told(house, "上海2024年社保，工资1万，单位每月交多少").outcome == "declined"

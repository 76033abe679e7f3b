"""A wish for a person asks for one: 人工 as a cost, and people called to work, are no wish."""

from datetime import date

import pytest

from assistant.understand.normalise import normalise
from assistant.understand.understand import understand

DAY = date(2026, 11, 23)
WISHES = [
    "人工",
    "人工！",
    "在吗，转人工",
    "给我接人工",
    "我要人工",
    "有人工吗",
    "人工在吗",
    "帮我转到人工客服",
    "需要人工处理",
    "叫个人来",
    "叫人来跟我谈",
    "派个人联系我",
    "让你们经理给我打电话",
]
OTHERS = [
    "研发：人工260万、材料110万、折旧40万，加计扣除能扣多少",
    "人工费一年300万，能加计扣除吗",
    "项目人工和材料各80万，其他费用20万，研发加计扣除多少",
    "叫人来上班，几天内要签合同",
    "周末叫人来加班，工资怎么算",
    "让员工来公司面试要给路费吗",
    "找人工作满一年没签合同怎么办",
    "人工智能企业能评高企吗",
    "派人来我公司上班的劳务派遣，比例有上限吗",
    "需要人工200万，材料50万，研发费用加计多少",
]


@pytest.mark.parametrize("words", WISHES)
def test_a_person_is_asked_for(words: str) -> None:
    assert understand(normalise(words), DAY).intent.name == "human_request"


@pytest.mark.parametrize("words", OTHERS)
def test_work_and_its_cost_ask_for_nobody(words: str) -> None:
    read = understand(normalise(words), DAY)
    assert "human_request" not in {read.intent.name, *(other.name for other in read.others)}


def test_a_delay_of_our_own_is_a_complaint_and_one_of_a_tax_is_a_sum() -> None:
    assert understand("证书拖了三个月，我要投诉", DAY).intent.name == "complaint"
    assert understand("税款5万拖了30天，滞纳金多少", DAY).intent.name == "tax_calculation"

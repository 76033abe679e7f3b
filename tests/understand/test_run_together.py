"""Sentences without commas, and questions that end in 不 or 没: whose a number is, and that something is asked."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.dialog import Dialog
from assistant.turn.route import plan
from assistant.understand.understand import understand

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "我们80人去年营收5000万研发400万能做什么资质",
            {"hr.headcount": 80, "finance.revenue": 5000, "rd.expense": 400},
        ),
        (
            "职工80人科技人员12人发明专利3个软著8个",
            {"hr.headcount": 80, "hr.tech_staff": 12, "ip.invention_patents": 3, "ip.software_copyrights": 8},
        ),
        ("公司有15个科技人员，发明3项", {"hr.tech_staff": 15, "ip.invention_patents": 3}),
        ("营收2亿利润300万", {"finance.revenue": 20000, "finance.net_profit": 300}),
    ],
)
def test_a_number_belongs_to_the_name_right_before_it(said: str, told: dict[str, int]) -> None:
    found = {fact.field: fact.value for fact in understand(said, DAY).facts}
    assert found == {field: Decimal(value) for field, value in told.items()}


def test_months_count_nothing_one_owns() -> None:
    assert understand("商标过期才两个月忘了续，还有救没", DAY).facts == ()
    assert [fact.value for fact in understand("有3个商标两个月前注册的", DAY).facts] == [3]


@pytest.mark.parametrize(
    "question",
    ["商标过期两个月还有救没", "城建税今年还能减半不，我们小规模", "实收资本到账了印花税按几交，我是一般纳税人"],
)
def test_a_question_is_known_without_a_question_word(question: str) -> None:
    assert understand(question, DAY).intent.name in ("policy_question", "tax_question")


@pytest.mark.parametrize("answer", ["还没有", "暂时没", "目前没", "也没"])
def test_a_bare_no_asks_nothing(answer: str) -> None:
    assert not understand(answer, DAY).intent.name.endswith("_question")


def test_what_may_be_deducted_is_no_price_of_ours() -> None:
    names = {intent.name for intent in (understand("赡养老人一个月能扣几千", DAY).intent,)}
    assert "price_question" not in names
    assert understand("就办商标注册", DAY).intent.name == "order_create"
    assert understand("我们就做软件开发", DAY).intent.name != "order_create"


@pytest.mark.parametrize(
    ("said", "complains"),
    [
        ("老板一直拖着不签合同，能要双份工资吗", False),
        ("被职业打假人举报了，最多罚多少", False),
        ("货款打给了骗子，能从会计工资里扣多少", False),
        ("都拖了一个月了怎么还没办好", True),
        ("拖了这么久到底什么时候办好", True),
        ("坑我钱？", True),
        ("这都什么垃圾", True),
    ],
)
def test_a_complaint_is_about_us(said: str, complains: bool) -> None:
    assert (understand(said, DAY).intent.name == "complaint") is complains


def test_who_tells_of_the_company_and_asks_what_it_may_apply_for_is_recommended_no_article() -> None:
    assert plan(understand("我们80人去年营收5000万研发400万能做什么资质", DAY), Dialog()) == ("recommend",)

"""What-if: sentences read as changes, verdicts before and after with figures, and nothing stored."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.house import House
from assistant.conversation import load_conversation, open_conversation
from assistant.converse import ask, converse
from assistant.outlook.whatif import Comparison, Supposed, compare
from assistant.speaker import Speaker
from assistant.understand.normalise import normalise
from assistant.understand.supposed import read_changes
from knowledge.base.ids import new_id
from knowledge.companies import Company, parse_company
from knowledge.companies.store import load_profile
from knowledge.policies import load_rules
from tests.companies.test_diagnosis import HNTE

BOOK = load_rules()
DAY = date(2026, 11, 23)
STAFFED: dict[str, Any] = HNTE | {"hr.tech_staff": 4, "hr.rd_staff_fulltime": 3}


def company(facts: dict[str, Any]) -> Company:
    return parse_company({"region": "上海市", "industry_code": "6513", "facts": facts})


def result(facts: dict[str, Any], *changes: Supposed, programme: str = "hnte") -> Comparison:
    return compare(BOOK, company(facts), changes, DAY, programmes=(programme,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "再招两个研发人员、明年研发投入到300万会怎样",
            [("add", "hr.rd_staff_fulltime", None, 2), ("set", "rd.expense", 2027, 300)],
        ),
        ("如果营收涨到6000万", [("set", "finance.revenue", None, 6000)]),
        ("如果明年营收涨三成，小巨人够不够", [("scale", "finance.revenue", 2027, Decimal("0.3"))]),
        (
            "明年营收到5000万、研发到400万会怎样",
            [("set", "finance.revenue", 2027, 5000), ("set", "rd.expense", 2027, 400)],
        ),
        ("裁掉10个人会怎样", [("add", "hr.headcount", None, -10)]),
        ("公司40个人，再招两个研发人员会怎样", [("add", "hr.rd_staff_fulltime", None, 2)]),  # 40 is told, not supposed
        ("要是再拿两个发明专利，高企能评吗", [("add", "ip.invention_patents", None, 2)]),
        ("科技人员增加到20人够了吗", [("set", "hr.tech_staff", None, 20)]),
        ("如果拿到高企证书会有什么变化", [("set", "qual.hnte_valid", None, True)]),
    ],
)
def test_what_is_supposed_is_read_as_a_change(text: str, expected: list[tuple[str, str, int | None, object]]) -> None:
    found = [(one.how, one.said.field, one.said.year, one.said.value) for one in read_changes(normalise(text), DAY)]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "我们今年新增了3个软著，能评高企吗",
        "去年营收3000万，能评高企吗",
        "如果我们应纳税所得额400万按高企算要交多少",
        "人数如果是301呢",
        "明年报高企来得及吗",
        "科技人员占比9%科小能过吗",
        "裁了10个人还能评吗",
        "我们2020年成立，注册资本五百万没实缴，要是拖着不理工商那边会怎么样",
        "",
    ],
)
def test_facts_sums_and_plain_questions_suppose_nothing(text: str) -> None:
    assert read_changes(normalise(text), DAY) == ()


def test_two_researchers_more_are_two_more_technicians_and_staff() -> None:
    found = result(STAFFED, Supposed(field="hr.rd_staff_fulltime", how="add", value=Decimal(2)))
    told = {one.field: (one.before, one.after) for one in found.moved}
    assert told == {
        "hr.rd_staff_fulltime": ("3 人", "5 人"),
        "hr.tech_staff": ("4 人", "6 人"),
        "hr.headcount": ("45 人", "47 人"),
    }
    [outcome] = found.outcomes
    assert (outcome.before.verdict, outcome.after.verdict, outcome.after.ready) == ("unmet", "unknown", True)
    [shift] = outcome.shifts
    assert (shift.was, shift.becomes, shift.before, shift.after) == ("unmet", "met", "8.89%", "12.77%")
    assert found.judged_on == DAY


def test_next_years_figure_counts_once_that_year_is_over() -> None:
    facts = HNTE | {"rd.expense": {"2023": 60, "2024": 70, "2025": 80}, "rd.domestic_expense": {"2025": 40}}
    found = result(facts, Supposed(field="rd.expense", how="set", year=2027, value=Decimal(900)))
    assert found.judged_on == date(2028, 1, 1)
    assert "营业收入" in found.carried
    [outcome] = found.outcomes
    shifts = {shift.label: shift for shift in outcome.shifts}
    spent = shifts["近三年研发费用总额占同期销售收入总额的比例"]
    assert (spent.was, spent.becomes) == ("unmet", "met")
    assert spent.after == "11.04%"  # (80 + 80 + 900) ÷ (3 × 3200)


def test_what_time_alone_brings_is_not_put_down_to_the_change() -> None:
    found = result(HNTE, Supposed(field="ip.invention_patents", how="add", value=Decimal(1)))
    later = result(
        HNTE,
        Supposed(field="ip.invention_patents", how="add", value=Decimal(1)),
        Supposed(field="rd.expense", how="set", year=2027, value=Decimal(900)),
    )
    [now], [then] = found.outcomes, later.outcomes
    assert "注册成立天数" not in {shift.label for shift in (*now.shifts, *then.shifts)}
    assert {shift.label for shift in then.shifts} == {"近三年研发费用总额占同期销售收入总额的比例"}
    assert not then.score_moves


def test_what_follows_a_figure_keeps_its_share_of_it() -> None:
    facts = HNTE | {"finance.hitech_income": {"2025": 2400}}
    found = result(facts, Supposed(field="finance.revenue", how="set", value=Decimal(6000)))
    [outcome] = found.outcomes
    assert "高新技术产品（服务）收入占同期总收入的比例" not in {shift.label for shift in outcome.shifts}
    spent = next(shift for shift in outcome.shifts if "研发费用总额" in shift.label)
    assert "4%" in spent.need


def test_a_change_to_something_unknown_is_named_not_invented() -> None:
    facts = {name: value for name, value in HNTE.items() if name != "hr.tech_staff"}
    found = result(facts, Supposed(field="hr.tech_staff", how="add", value=Decimal(2)))
    assert found.lacking == ("hr.tech_staff",)
    assert found.moved == ()


def test_a_share_grows_the_last_year_there_is() -> None:
    found = result(HNTE, Supposed(field="finance.revenue", how="scale", year=2027, value=Decimal("0.5")))
    [moved] = found.moved
    assert (moved.before, moved.after, moved.year) == ("3,200 万元", "4,800 万元", 2027)


@given(more=st.integers(0, 40))
def test_more_technicians_never_make_it_worse(more: int) -> None:
    found = result(STAFFED, Supposed(field="hr.tech_staff", how="add", value=Decimal(more)))
    [outcome] = found.outcomes
    rank = {"unmet": 0, "unknown": 1, "met": 2}
    assert rank[outcome.after.verdict] >= rank[outcome.before.verdict]


def test_changing_nothing_changes_nothing() -> None:
    found = result(STAFFED, Supposed(field="hr.tech_staff", how="add", value=Decimal(0)))
    [outcome] = found.outcomes
    assert not outcome.changed
    assert outcome.shifts == ()
    assert outcome.before == outcome.after


CLIENT = Speaker("user-1", "客户", "org-c1", "client", ("client",), "client")


def test_the_answer_tells_before_and_after_with_figures(home: House) -> None:
    reply = ask(
        home.desk, CLIENT, "再招两个研发人员、明年研发投入到300万，高企会怎样", company=company(STAFFED), as_of=DAY
    )
    assert reply.outcome == "answered"
    for words in ("3 人 → 5 人", "不满足", "12.77%", "不写入企业档案", "2028-01-01"):
        assert words in reply.answer
    assert "记下了" not in reply.answer
    assert reply.citations[0].doc_no == "国科发火〔2016〕32号"
    [card] = reply.cards
    assert card["type"] == "whatif"


def test_a_supposition_in_a_conversation_leaves_the_profile_alone(home: House) -> None:
    with home.database.work() as work:
        session = work.session(CLIENT.org_id)
        identifier = open_conversation(session, CLIENT, home.clock)
        subject = load_conversation(session, CLIENT, identifier).company_id

    def say(text: str) -> str:
        return converse(home.desk, home.database, CLIENT, identifier, text, key=new_id(), as_of=DAY).answer

    def stored() -> dict[str, object]:
        with home.database.read() as work:
            return {fact.field: fact.value for fact in load_profile(work.session(CLIENT.org_id), subject).facts}

    say("帮我看看能不能评高企，我们45个员工，4个科技人员")
    before = stored()
    assert before["hr.tech_staff"] == 4
    answer = say("再招2个科技人员会怎样")
    assert "4 人 → 6 人" in answer
    assert "8.89%" in answer
    assert stored() == before

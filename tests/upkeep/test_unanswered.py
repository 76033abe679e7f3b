"""What nobody could answer is kept once, without personal data, and leaves the queue when it is answered."""

from datetime import timedelta

import pytest

from knowledge.base.clock import SetClock
from knowledge.base.db import Database
from knowledge.base.errors import BadInput, Missing
from knowledge.upkeep.unanswered import Asked, listed, note, plain_question, redacted, settle, without_blanks

GAP = Asked("绿色工厂怎么评？", "declined", "no_evidence", None)


def keep(database: Database, clock: SetClock, asked: Asked, org_id: str = "org-c1") -> None:
    with database.work() as work:
        note(work.session(org_id), asked, clock.now())


def queue(database: Database, org_id: str = "org-c1", state: str | None = "open") -> list[dict[str, object]]:
    with database.read() as work:
        return listed(work.session(org_id), state)


def test_the_same_question_is_kept_once_with_its_count_and_times(database: Database, clock: SetClock) -> None:
    first = clock.now()
    keep(database, clock, GAP)
    clock.forward(timedelta(days=2))
    keep(database, clock, Asked("请问 绿色工厂怎么评吗", "declined", "no_evidence", None))
    [item] = queue(database)
    assert (item["text"], item["count"], item["state"]) == ("绿色工厂怎么评？", 2, "open")
    assert (item["first_at"], item["last_at"]) == (first, clock.now())


def test_each_organisation_has_its_own(database: Database, clock: SetClock) -> None:
    keep(database, clock, GAP)
    keep(database, clock, GAP, "org-c2")
    assert [item["org_id"] for item in queue(database)] == ["org-c1"]
    assert [item["count"] for item in queue(database, "org-c2")] == [1]
    with database.read() as work:
        everyone = work.session("org-hq", reads=("org-c1", "org-c2"))
        assert {item["org_id"] for item in listed(everyone)} == {"org-c1", "org-c2"}


@pytest.mark.parametrize(
    "asked",
    [
        Asked("高企要什么条件", "answered", None, "hnte"),
        Asked("今天天气怎么样", "declined", "out_of_scope", None),
        Asked("帮我做假账", "declined", "unsafe", None),
        Asked("帮我下单", "declined", "no_right", None),
        Asked("我们公司营收多少合适", "need_info", None, None),
    ],
)
def test_what_is_no_gap_is_not_kept(asked: Asked, database: Database, clock: SetClock) -> None:
    keep(database, clock, asked)
    assert not queue(database, state=None)


def test_answered_later_the_question_leaves_with_its_article_and_comes_back_when_it_fails_again(
    database: Database, clock: SetClock
) -> None:
    keep(database, clock, GAP)
    keep(database, clock, Asked("绿色工厂怎么评", "answered", None, "article:green"))
    [item] = queue(database, state="answered")
    assert (item["article"], item["count"], item["settled_by"]) == ("article:green", 1, "assistant")
    keep(database, clock, GAP)
    [item] = queue(database)
    assert item["count"] == 2


def test_what_is_not_to_be_answered_stays_so(database: Database, clock: SetClock) -> None:
    keep(database, clock, GAP)
    [item] = queue(database)
    with database.work() as work:
        settle(work.session("org-c1"), str(item["id"]), "wontfix", None, "不属于我们的业务", "u-hq", clock.now())
    keep(database, clock, GAP)
    assert not queue(database)
    [item] = queue(database, state="wontfix")
    assert (item["count"], item["note"]) == (2, "不属于我们的业务")


@pytest.mark.parametrize(
    ("state", "article", "remark", "field"),
    [("answered", None, None, "article"), ("wontfix", None, None, "note"), ("later", None, None, "state")],
)
def test_a_settlement_says_what_it_led_to(
    state: str, article: str | None, remark: str | None, field: str, database: Database, clock: SetClock
) -> None:
    keep(database, clock, GAP)
    [item] = queue(database)
    with database.work() as work, pytest.raises(BadInput) as caught:
        settle(work.session("org-c1"), str(item["id"]), state, article, remark, "u-hq", clock.now())
    assert caught.value.field == field


def test_another_organisations_question_is_not_found(database: Database, clock: SetClock) -> None:
    keep(database, clock, GAP)
    [item] = queue(database)
    for identifier in (str(item["id"]), str(item["id"])[:8], "", "%"):
        with database.work() as work, pytest.raises(Missing):
            settle(work.session("org-c2"), identifier, "open", None, None, "u-x", clock.now())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我叫王小明，电话13812345678，高企补贴多少", "我叫[姓名]，电话[手机]，高企补贴多少"),
        ("上海甲科技有限公司能拿瞪羚吗", "[名称]能拿瞪羚吗"),
        ("苏州宏图精密制造有限公司想做碳足迹认证", "[名称]想做碳足迹认证"),
        ("信用代码91310115MA1K4XXXX0欠税吗", "信用代码[信用代码]欠税吗"),
        ("身份证31010119900101123X怎么查", "身份证[身份证]怎么查"),
        ("座机021-55667788找谁", "座机[电话]找谁"),
        ("发到zhang@example.com", "发到[邮箱]"),
        ("我们公司能不能评绿色工厂", "我们公司能不能评绿色工厂"),
        ("有限公司要交工会经费吗", "有限公司要交工会经费吗"),
        ("开个公司要哪些部门审批", "开个公司要哪些部门审批"),
        ("金丝雀能拿补贴吗", "[名称]能拿补贴吗"),
    ],
)
def test_personal_data_never_enters_the_queue(said: str, kept: str) -> None:
    assert redacted(said, hide=("金丝雀",)) == kept
    assert redacted(redacted(said, hide=("金丝雀",))) == kept


def test_what_was_masked_is_left_out_when_the_question_is_put_again() -> None:
    assert without_blanks("绿色工厂怎么评，电话[手机]") == "绿色工厂怎么评"
    assert without_blanks("我叫[姓名]，电话[手机]，绿色工厂怎么评") == "绿色工厂怎么评"
    assert without_blanks("[名称]能评绿色工厂吗") == "[名称]能评绿色工厂吗"
    assert without_blanks("[手机]") == "[手机]"


def test_politeness_width_and_punctuation_make_no_other_question() -> None:
    ways = ("绿色工厂怎么评", "请问绿色工厂怎么评？", "你好，请问一下 绿色工厂 怎么评呢", "绿色工厂怎么评吗?!")
    assert len({plain_question(way) for way in ways}) == 1
    assert plain_question("绿色工厂怎么评") != plain_question("绿色园区怎么评")

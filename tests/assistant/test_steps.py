"""Channel staff ask about the procedures in plain words and get the one step: materials, days, evidence, example."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.house import House
from api.wiring import build_house, speaker_for
from assistant.conversation import open_conversation
from assistant.converse import ask, converse
from assistant.values import Reply
from eval.answers import ungrounded
from knowledge.base.ids import new_id
from knowledge.companies import EMPTY
from tests.conftest import settings_for
from tests.services.test_step import SPOKEN

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def house(furnished: Path) -> Iterator[House]:
    with build_house(settings_for(furnished)) as found:
        yield found


def told(house: House, text: str, user: str = "manager_sz", role: str = "channel") -> Reply:
    return ask(house.desk, speaker_for(house, user, role), text, company=EMPTY, as_of=AS_OF)


def test_every_phrasing_of_the_staff_gets_its_step_whole(house: House) -> None:
    missed = []
    for text, service_id, number, _ in SPOKEN:
        reply = told(house, text)
        cards = [card for card in reply.cards if card["type"] == "step"]
        if reply.outcome != "answered" or [(card["service_id"], card["no"]) for card in cards] != [
            (service_id, number)
        ]:
            missed.append((text, reply.outcome, [(card["service_id"], card["no"]) for card in cards]))
            continue
        assert not ungrounded(reply), text
        assert f"时限：{cards[0]['sla_workdays']} 个工作日" in reply.answer
        assert all(item in reply.answer for item in cards[0]["materials"])
        assert all(need["label"] in reply.answer for need in cards[0]["evidence"])
        assert not cards[0]["example"] or cards[0]["example"] in reply.answer
    assert len(missed) <= 2, missed


def test_what_was_asked_comes_first(house: House) -> None:
    lines = [line for line in told(house, "代账交接要什么凭证").answer.splitlines() if line.startswith("- ")]
    assert lines[0].startswith("- 材料") or lines[0].startswith("- 留存凭证")
    assert (
        told(house, "刻章那步几天")
        .answer.split("\n- ")[1]
        .startswith("时限：4 个工作日，2026-11-23 开始的话最迟 2026-11-27")
    )


def test_a_legal_term_is_told_beside_our_own_days(house: House) -> None:
    reply = told(house, "注销清算公告要多少天")
    assert reply.citations
    assert "四十五日" in reply.answer
    assert "33 个工作日" in reply.answer


def test_staff_asking_for_the_clause_get_the_law(house: House) -> None:
    reply = told(house, "有限公司注册资本的出资期限规定在公司法第几条")
    assert not [card for card in reply.cards if card["type"] == "step"]


def test_a_client_gets_the_law_for_the_same_words_and_the_step_when_a_step_is_spoken_of(house: House) -> None:
    law = told(house, "高企公示几天", "client1", "client")
    assert not [card for card in law.cards if card["type"] == "step"]
    step = told(house, "高企第三步要什么材料", "client1", "client")
    assert [card["no"] for card in step.cards if card["type"] == "step"] == [3]
    assert "研发人员工时与工资表" in step.answer


def test_a_number_alone_means_the_service_of_the_conversation(house: House) -> None:
    who = speaker_for(house, "manager_sz", "channel")
    with house.database.work() as work:
        talk = open_conversation(work.session(who.org_id), who, house.clock, company_id=new_id())

    def say(text: str) -> Reply:
        return converse(house.desk, house.database, who, talk, text, key=new_id(), as_of=AS_OF)

    def steps(text: str) -> list[tuple[str, int]]:
        return [(card["service_id"], card["no"]) for card in say(text).cards if card["type"] == "step"]

    assert steps("高企第三步要什么材料") == [("hnte_filing", 3)]
    assert steps("第四步几天") == [("hnte_filing", 4)]
    assert steps("这步谁做") == [("hnte_filing", 4)]
    assert steps("下一步要什么材料") == [("hnte_filing", 5)]
    assert steps("那上一步留什么凭证") == [("hnte_filing", 4)]
    assert steps("刻章那步大概几天能弄完") == [("company_registration", 4)]
    assert steps("这个能外包吗") == [("company_registration", 4)]
    assert "只有 5 步，没有第 9 步" in say("第九步是什么").answer
    assert "公司注销登记按以下步骤办理" in say("注销要走哪些步骤").answer


def test_the_whole_procedure_is_told_when_that_is_asked(house: House) -> None:
    for text, service in (
        ("高企流程一共几步", "高新技术企业认定申报"),
        ("代账有哪几步", "代理记账与纳税申报"),
        ("商标SOP", "商标注册代理"),
    ):
        reply = told(house, text)
        assert f"{service}按以下步骤办理" in reply.answer, text
        assert not [card for card in reply.cards if card["type"] == "step"]

"""Questions by name: the named programme's own article and section, premises told as such."""

from datetime import date
from pathlib import Path

import pytest

from api.wiring import build_house, speaker_for
from assistant.converse import ask
from assistant.values import Reply
from knowledge.companies import EMPTY
from tests.conftest import settings_for


def asked(furnished: Path, text: str) -> Reply:
    with build_house(settings_for(furnished)) as house:
        who = speaker_for(house, "visitor", "client")
        return ask(house.desk, who, text, company=EMPTY, as_of=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("科小条件", "500 人"),
        ("高企申报材料", "材料"),
        ("科小有效期多长", "3 月 31 日"),
        ("小规摸1%到啥时候", "2027-12-31"),
    ],
)
def test_a_name_and_a_section_bring_that_section(furnished: Path, text: str, words: str) -> None:
    assert words in asked(furnished, text).answer


def test_what_must_be_held_already_is_told_as_a_premise(furnished: Path) -> None:
    answer = asked(furnished, "没拿省级专精特新能不能直接报国家小巨人").answer
    assert "前提" in answer
    assert "不能申报" in answer


def test_of_two_programmes_the_one_that_is_held_is_not_asked_about(furnished: Path) -> None:
    answer = asked(furnished, "是专精特新的话，单项冠军主营收入门槛能降到多少").answer
    assert "单项冠军" in answer.splitlines()[0]


@pytest.mark.parametrize("text", ["碳足迹核查的补贴要怎么申请", "危化品经营许可多久", "网约车平台许可怎么办"])
def test_a_permit_that_no_article_speaks_of_is_not_answered_by_another_ones(furnished: Path, text: str) -> None:
    assert asked(furnished, text).outcome == "declined"


def test_a_refusal_of_another_party_withdraws_nothing(furnished: Path) -> None:
    assert "先不办" not in asked(furnished, "对方不确认红字怎么办").answer


def test_what_counts_as_evasion_may_be_asked(furnished: Path) -> None:
    assert asked(furnished, "查补税款算不算偷税").reason != "unsafe"
    assert asked(furnished, "想找人代开发票冲成本").reason == "unsafe"


@pytest.mark.parametrize(("text", "number"), [("ISO9001要什么条件", "9001"), ("ISO14001要什么条件", "14001")])
def test_standards_are_told_apart_by_their_numbers(furnished: Path, text: str, number: str) -> None:
    assert number in asked(furnished, text).answer.splitlines()[0]

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

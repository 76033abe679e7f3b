"""What asks nothing is no follow-up of what was asked before, and no text is quoted for it."""

from datetime import date

import pytest

from assistant.dialog import Dialog
from assistant.turn.followup import standalone
from assistant.understand.normalise import normalise
from assistant.understand.understand import understand

DAY = date(2026, 11, 23)
BEFORE = Dialog(last_question="残保金怎么算", topic_title="残疾人就业保障金")


@pytest.mark.parametrize("text", ["asdf", "qwer123", "哈哈", "嗯嗯"])
def test_a_slip_of_the_keys_or_a_laugh_is_not_asked_of_the_topic(text: str) -> None:
    assert standalone(understand(normalise(text), DAY), BEFORE) == text


@pytest.mark.parametrize("text", ["要交多少", "到哪年"])
def test_a_short_question_still_is(text: str) -> None:
    assert standalone(understand(normalise(text), DAY), BEFORE) == f"残疾人就业保障金，{text}"

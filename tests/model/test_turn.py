"""A whole turn with a model behind it: the reply carries the same citations and figures."""

from datetime import date
from pathlib import Path
from typing import Any

from api.wiring import build_house, speaker_for
from assistant.converse import ask
from knowledge.base.settings import Settings
from knowledge.companies import EMPTY
from tests.conftest import settings_for
from tests.model.service import serve


def spoken(asked: str) -> list[dict[str, Any]]:
    lines = [line for line in asked.splitlines() if line.startswith("[")]
    return [{"text": "简单说，" + line.split("] ", 1)[1], "uses": [at]} for at, line in enumerate(lines, start=1)]


def test_a_turn_is_reworded_and_keeps_its_ground(furnished: Path) -> None:
    question = "高企研发占比多少，科技人员占比多少？"
    with serve(spoken) as service:
        settings = Settings(**settings_for(furnished).model_dump() | {"llm_model": "m", "llm_base_url": service.url})
        with build_house(settings) as house:
            who = speaker_for(house, "visitor", "client")
            reply = ask(house.desk, who, question, company=EMPTY, as_of=date(2026, 11, 23))
        assert service.requests
    with build_house(settings_for(furnished)) as house:
        plain = ask(house.desk, who, question, company=EMPTY, as_of=date(2026, 11, 23))
    assert "简单说" in reply.answer
    assert "简单说" not in plain.answer
    assert reply.citations == plain.citations

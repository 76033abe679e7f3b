"""Every labelled question, asked of the shipped knowledge. The floors are what was reached; they may only rise."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.house import House
from api.wiring import build_house, speaker_for
from assistant.converse import ask
from eval.marking import question_faults
from knowledge.companies import EMPTY
from knowledge.ingest import ingest
from tests.conftest import settings_for

ROWS = [json.loads(line) for line in Path("tests/labelled/questions.jsonl").read_text("utf-8").splitlines()]
FLOOR = 0.95


@pytest.fixture(scope="module")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("questions") / "var"
    shutil.copytree(furnished, folder)
    with build_house(settings_for(folder)) as found:
        ingest(found.database, [Path("tests/labelled/statutes")], clock=found.clock, kind="law", by="test")
        yield found


def test_the_labelled_questions_are_answered_as_labelled(house: House) -> None:
    who = speaker_for(house, "visitor", "client")
    wrong: dict[str, list[str]] = {}
    kinds: dict[str, list[int]] = defaultdict(list)
    for row in ROWS:
        reply = ask(house.desk, who, row["question"], company=EMPTY, as_of=date.fromisoformat(row["as_of"]))
        faults = question_faults(row, reply)
        kinds[row["kind"]].append(not faults)
        if faults:
            wrong[row["question"]] = [*faults, reply.answer[:160]]
    report = "\n".join(f"{question}\n    {faults}" for question, faults in wrong.items())
    right = 1 - len(wrong) / len(ROWS)
    counts: dict[str, Any] = {kind: f"{sum(marks)}/{len(marks)}" for kind, marks in kinds.items()}
    assert right >= FLOOR, f"{right:.3f} {counts}\n{report}"

"""The labelled sentences, written by someone who had not seen the code: floors that may only be raised.

The `held` half was never looked at while patterns were written; its figures are the ones to report.
"""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.understand.understand import understand
from assistant.understand.values import Said

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "labelled" / "utterances.jsonl").read_text("utf-8").splitlines()
]
FLOORS = {"dev": (0.94, 0.97, 0.97), "held": (0.70, 0.72, 0.63)}


def figures(facts: Iterable[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {
        (
            fact["field"],
            str(fact.get("year")),
            str(fact.get("period")),
            *(_plain(fact.get(name)) for name in ("value", "low", "high")),
            str(bool(fact.get("declined"))),
            str(bool(fact.get("unknown"))),
        )
        for fact in facts
    }


def _plain(value: object) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(Decimal(str(value)).normalize())
    text = str(value)
    return str(Decimal(text).normalize()) if text.replace(".", "", 1).isdigit() else text


def said(facts: tuple[Said, ...]) -> set[tuple[str, ...]]:
    return figures(fact.model_dump() for fact in facts)


@pytest.mark.parametrize("split", ["dev", "held"])
def test_intents_and_facts_stay_above_their_floors(split: str) -> None:
    rows = [row for row in ROWS if row["split"] == split]
    intents = right = extra = lost = 0
    for row in rows:
        read = understand(row["text"], date.fromisoformat(row["as_of"]))
        intents += read.intent.name == row["intent"]
        got, want = said(read.facts), figures(row["facts"])
        right, extra, lost = right + len(got & want), extra + len(got - want), lost + len(want - got)
    floor_intent, floor_precision, floor_recall = FLOORS[split]
    assert intents / len(rows) >= floor_intent
    assert right / (right + extra) >= floor_precision
    assert right / (right + lost) >= floor_recall

"""`python -m eval learn ranking`: the weights of the shipped ranking (`retrieval/ranker.yaml`)."""

import math
import random
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from eval.learn.fit import fit
from eval.learn.labelled import SETS, answers, labelled
from eval.learn.phrasings import Phrasing, hidden, phrasings, readable
from knowledge.ingest.tables import EVERYONE
from retrieval.candidates import NAMES, features
from retrieval.evidence import Filter, Scope
from retrieval.ranker import WEIGHTS
from retrieval.search import Searcher
from retrieval.wording import simplified

MOST = 600  # phrasings learned from
REPEATED = 4  # how often each labelled question counts beside a phrasing: those were written beside the passages
HEAD = """# Learned by `python -m eval learn ranking` from the labelled questions that may be looked at and from some of
# clients' phrasings, each without its own pointer; what each feature means stands in candidates.py.
"""
Case = tuple[Any, Any]  # (candidates × features, 1 where one answers)


def learn_ranking(
    searcher: Searcher, day: date, path: Path = WEIGHTS, most: int = MOST, sets: Sequence[str] = SETS
) -> dict[str, Any]:
    """Write the weights to `path`; returns for each labelled set how often the first hit is right when the weights are
    learned without it.
    """
    asked = phrasings(searcher.database)
    chance = random.Random(0)
    sample = sorted(chance.sample(asked, min(most, len(asked))), key=lambda one: one.id)
    spoken = _phrased(searcher, sample, day, chance)
    cases = {name: _labelled(searcher, name) for name in sets}
    unseen: dict[str, float] = {}
    values: list[tuple[float, bool]] = []
    for name in sets:
        weights = _weights({other: cases[other] for other in sets if other != name}, spoken)
        unseen[name] = round(first_right(cases[name], weights), 4)
        values += claims(cases[name], weights)
    weights = _weights(cases, spoken)
    middle = middle_of(values)
    learned = dict(zip(NAMES, (round(float(weight), 2) for weight in weights), strict=True))
    path.write_text(
        HEAD + yaml.safe_dump({"middle": round(middle, 2), "weights": learned}, sort_keys=False), encoding="utf-8"
    )
    return {
        "labelled": {name: len(cases[name]) for name in sets},
        "phrasings": len(spoken),
        "first_right_unseen": unseen,
        "weights": learned,
        "middle": round(middle, 2),
    }


def _weights(cases: Mapping[str, Sequence[Case]], spoken: Sequence[Case]) -> Any:
    return fit([*(case for one in cases.values() for case in one)] * REPEATED + list(spoken))


def claims(cases: Sequence[Case], weights: Any) -> list[tuple[float, bool]]:
    """What the first hit of each question weighs, and whether it answers."""
    return [(float((rows @ weights).max()), bool(right[np.argmax(rows @ weights)])) for rows, right in cases]


def middle_of(values: Sequence[tuple[float, bool]]) -> float:
    """Where a first hit is as likely right as not: the mean of what the ranking claims is the share that is right."""
    share = sum(right for _, right in values) / len(values)
    low, high = min(value for value, _ in values) - 20, max(value for value, _ in values) + 20
    for _ in range(60):
        middle = (low + high) / 2
        claimed = sum(1 / (1 + math.exp(-(value - middle) / 2)) for value, _ in values) / len(values)
        low, high = (middle, high) if claimed > share else (low, middle)
    return (low + high) / 2


def first_right(cases: Sequence[Case], weights: Any) -> float:
    return sum(right for _, right in claims(cases, weights)) / max(len(cases), 1)


def _labelled(searcher: Searcher, name: str) -> list[Case]:
    """The features of what is found for each question of a set, by those of them that anything found answers."""
    scope = Scope(org_ids=frozenset({EVERYONE}), audience="client")
    found = []
    for label in labelled((name,)):
        question = simplified(label["question"])
        wanted = Filter.of(scope, date.fromisoformat(label["as_of"]), label["region"])
        legs, rows, _ = searcher.gather(question, wanted)
        table = features(question, legs, rows)
        if table:
            right = np.array([answers(label, *rows[key]) for key in table], float)
            found.append((np.array(list(table.values())), right))
    return found


def _phrased(searcher: Searcher, asked: Sequence[Phrasing], day: date, chance: random.Random) -> list[Case]:
    """The features of each phrasing's candidates, where its passage is among them."""
    found, begun = [], time.monotonic()
    for done, phrasing in enumerate(asked, 1):
        question = simplified(phrasing.question)
        legs, rows, _ = searcher.gather(question, readable(phrasing, day), hidden(phrasing, chance))
        table = features(question, legs, rows)
        if phrasing.target in table:
            right = np.array([key == phrasing.target for key in table], float)
            found.append((np.array(list(table.values())), right))
        if done % 100 == 0:
            pace = done / (time.monotonic() - begun)
            sys.stderr.write(f"\r问法 {done}/{len(asked)}，{pace:.0f} 句/秒，剩 {(len(asked) - done) / pace:.0f} 秒 ")
    sys.stderr.write("\n")
    return found

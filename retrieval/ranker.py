"""What counts how much: one weight for each feature, learned offline and kept in `ranker.yaml`.

Clauses of the law and the rest are weighed apart: a clause seldom has a word of the question and is told by its
meaning, an article is written in clients' words.
"""

import math
import operator
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from retrieval.candidates import NAMES

WEIGHTS = Path(__file__).with_name("ranker.yaml")
SETS = ("articles", "law")
STATUTE = NAMES.index("statute")


def score(rows: Mapping[str, tuple[float, ...]]) -> dict[str, float]:
    """Between 0 and 1 for each candidate, by its features; 0.5 is a passage as likely the answer as not."""
    sets = _learned()
    found = {}
    for key, row in rows.items():
        weights, middle = sets[bool(row[STATUTE])]
        found[key] = _squeezed(math.fsum(map(operator.mul, weights, row)) - middle)
    return found


def _squeezed(value: float) -> float:
    return 1 / (1 + math.exp(-value / 2))


@cache
def _learned() -> tuple[tuple[tuple[float, ...], float], ...]:
    """Of articles and other texts first, of the law second."""
    loaded = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))
    return tuple(
        (tuple(float(loaded[name]["weights"][feature]) for feature in NAMES), float(loaded[name]["middle"]))
        for name in SETS
    )

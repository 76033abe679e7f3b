"""What counts how much: one weight for each feature, learned offline and kept in `ranker.yaml`."""

import math
import operator
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from retrieval.candidates import NAMES

WEIGHTS = Path(__file__).with_name("ranker.yaml")


def score(rows: Mapping[str, tuple[float, ...]]) -> dict[str, float]:
    """Between 0 and 1 for each candidate, by its features; 0.5 is a passage as likely the answer as not."""
    weights, middle = _learned()
    return {key: _squeezed(math.fsum(map(operator.mul, weights, row)) - middle) for key, row in rows.items()}


def _squeezed(value: float) -> float:
    return 1 / (1 + math.exp(-value / 2))


@cache
def _learned() -> tuple[tuple[float, ...], float]:
    loaded = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))
    return tuple(float(loaded["weights"][feature]) for feature in NAMES), float(loaded["middle"])

"""Weights for a ranking, learned from which of the candidates of a question answer it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

ROUNDS, STEP, CALM = 400, 0.05, 0.5


def fit(cases: Sequence[tuple[Any, Any]], calm: float = CALM) -> Any:
    """Weights that make the answers likely among their candidates: a softmax over each question's candidates, Adam,
    and a pull to zero (`calm`). A case is (candidates × features, 1 where it answers); cases without one count nothing.
    """
    cases = [(rows, right) for rows, right in cases if right.any()]
    table, right = np.concatenate([rows for rows, _ in cases]), np.concatenate([right for _, right in cases])
    sizes = [len(rows) for rows, _ in cases]
    starts = np.cumsum([0, *sizes[:-1]])
    weights = np.zeros(table.shape[1])
    slow, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, ROUNDS + 1):
        values = table @ weights
        chance = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), sizes))
        chance /= np.repeat(np.add.reduceat(chance, starts), sizes)
        held = chance * right
        held /= np.repeat(np.maximum(np.add.reduceat(held, starts), 1e-9), sizes)
        slope = (calm * weights + (chance - held) @ table) / len(cases)
        slow = 0.9 * slow + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        weights = weights - STEP * (slow / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights

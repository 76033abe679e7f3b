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
    weights = np.zeros(cases[0][0].shape[1])
    slow, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, ROUNDS + 1):
        slope = calm * weights / len(cases)
        for rows, right in cases:
            chance = np.exp(rows @ weights - (rows @ weights).max())
            chance /= chance.sum()
            held = chance * right
            slope += rows.T @ (chance - held / max(held.sum(), 1e-9)) / len(cases)
        slow = 0.9 * slow + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        weights = weights - STEP * (slow / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


class Adapter:
    """Turns a question's vector a little towards those of the texts that answer: q + B(A q), of low rank.

    The texts' vectors stay as they are, so nothing is embedded anew.
    """

    def __init__(self, size: int, rank: int = 64, seed: int = 0) -> None:
        chance = np.random.default_rng(seed)
        self.down = chance.normal(0, size**-0.5, (rank, size)).astype(np.float32)
        self.up = np.zeros((size, rank), np.float32)

    def __call__(self, vectors: Any) -> Any:
        turned = vectors + vectors @ self.down.T @ self.up.T
        return turned / np.linalg.norm(turned, axis=-1, keepdims=True)

    def learn(self, cases: Sequence[tuple[Any, Any, Any]], rounds: int = 60, heat: float = 0.02) -> None:
        """A case is (question vector, vectors of its candidates, 1 where one answers)."""
        slopes = [np.zeros_like(self.down), np.zeros_like(self.up)]
        squares = [np.zeros_like(self.down), np.zeros_like(self.up)]
        for step in range(1, rounds + 1):
            steps = [2e-4 * self.down, 2e-4 * self.up]
            for question, texts, right in cases:
                inner = self.down @ question
                turned = question + self.up @ inner
                chance = np.exp((texts @ turned - (texts @ turned).max()) / heat)
                chance /= chance.sum()
                held = chance * right
                pull = texts.T @ (chance - held / max(held.sum(), 1e-9)) / heat / len(cases)
                steps[0] = steps[0] + np.outer(self.up.T @ pull, question)
                steps[1] = steps[1] + np.outer(pull, inner)
            for index, slope in enumerate(steps):
                slopes[index] = 0.9 * slopes[index] + 0.1 * slope
                squares[index] = 0.99 * squares[index] + 0.01 * slope**2
                move = 2e-3 * (slopes[index] / (1 - 0.9**step)) / (np.sqrt(squares[index] / (1 - 0.99**step)) + 1e-8)
                if index == 0:
                    self.down = self.down - move
                else:
                    self.up = self.up - move

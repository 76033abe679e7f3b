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
    """Turns a question's vector a little towards those of the texts that answer: q + B(A(q - mean)), of low rank.

    The texts' vectors stay as they are, so nothing is embedded anew. Only what sets a question apart from the mean of
    all goes through: e5's vectors share most of their direction, and a part that sees it learns one shift for every
    question, which held for the questions learned from and ruined all others (recall@10 0.018). Steps are small for
    the same reason: the gaps between texts are a few hundredths.
    """

    def __init__(self, size: int, rank: int = 64, seed: int = 0) -> None:
        chance = np.random.default_rng(seed)
        self.down = chance.normal(0, size**-0.5, (rank, size)).astype(np.float32)
        self.up = np.zeros((size, rank), np.float32)
        self.mean = np.zeros(size, np.float32)

    def __call__(self, vectors: Any) -> Any:
        turned = vectors + (vectors - self.mean) @ self.down.T @ self.up.T
        return turned / np.linalg.norm(turned, axis=-1, keepdims=True)

    def learn(
        self,
        cases: Sequence[tuple[Any, Any, Any]],
        others: Any,
        rounds: int = 20,
        heat: float = 0.02,
        calm: float = 1.0,
    ) -> None:
        """A case is (question vector, vectors of its candidates, 1 where one answers); `others` are vectors of texts
        that answer none of them. `calm` pulls to leaving questions as they are.
        """
        self.mean = np.mean([question for question, _, _ in cases], axis=0)
        middle = others.mean(axis=0)
        away = others - middle
        slopes = [np.zeros_like(self.down), np.zeros_like(self.up)]
        squares = [np.zeros_like(self.down), np.zeros_like(self.up)]
        for step in range(1, rounds + 1):
            steps = [np.zeros_like(self.down), calm * self.up]
            for question, texts, right in cases:
                inner = self.down @ (question - self.mean)
                turned = question + self.up @ inner
                near = texts - middle
                scores = np.concatenate([near @ turned, away @ turned])
                chance = np.exp((scores - scores.max()) / heat)
                chance /= chance.sum()
                held = chance[: len(texts)] * right
                chance[: len(texts)] -= held / max(held.sum(), 1e-9)
                pull = (chance[: len(texts)] @ near + chance[len(texts) :] @ away) / heat / len(cases)
                steps[0] = steps[0] + np.outer(self.up.T @ pull, question - self.mean)
                steps[1] = steps[1] + np.outer(pull, inner)
            for index, slope in enumerate(steps):
                slopes[index] = 0.9 * slopes[index] + 0.1 * slope
                squares[index] = 0.99 * squares[index] + 0.01 * slope**2
                move = 1e-3 * (slopes[index] / (1 - 0.9**step)) / (np.sqrt(squares[index] / (1 - 0.99**step)) + 1e-8)
                if index == 0:
                    self.down = self.down - move
                else:
                    self.up = self.up - move

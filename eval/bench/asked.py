"""What the made-up library is asked, and the right answers, found by looking at every vector."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.made_up import WIDTH, Maker, Paper, readers

BEST = 10  # answers that recall looks at
BLOCK = 100_000


@dataclass(frozen=True)
class Asked:
    """Questions with their vectors; for each filter the right chunk ids of each question, and the documents allowed."""

    questions: list[str]
    vectors: Any
    right: dict[str, list[list[str]]]
    allowed: dict[str, frozenset[str]]


class Witness:
    """Looks on while documents are stored, and knows afterwards what should be found."""

    def __init__(self, maker: Maker, questions: int) -> None:
        self.maker = Maker(maker.chunks, seed=1)
        self.every = max(maker.chunks // questions, 1)
        self.most = questions
        self.seen = 0
        self.asked: list[tuple[str, Any]] = []
        self.papers: list[tuple[str, int, tuple[bool, ...]]] = []
        self.vectors: list[Any] = []

    def watch(self, papers: Iterable[Paper]) -> Iterator[Paper]:
        filters = readers().values()
        for paper in papers:
            count = len(paper.draft.chunks)
            self.papers.append((paper.key, count, tuple(paper.passes(wanted) for wanted in filters)))
            self.vectors.append(paper.vectors)
            while len(self.asked) < self.most and self.seen + count > len(self.asked) * self.every:
                self.asked.append(self.maker.question(paper))
            self.seen += count
            yield paper

    def write(self, path: Path) -> None:
        passes = np.array([row for _, count, row in self.papers for _ in range(count)])
        ids = [f"{key}-{place:04d}" for key, count, _ in self.papers for place in range(count)]
        vectors = np.concatenate(self.vectors)
        questions = np.stack([vector for _, vector in self.asked])
        right: dict[str, list[list[str]]] = {}
        allowed: dict[str, list[str]] = {}
        for place, name in enumerate(readers()):
            found = _nearest(questions, vectors, np.flatnonzero(passes[:, place]))
            right[name] = [[ids[row] for row in rows] for rows in found]
            allowed[name] = [key for key, _, row in self.papers if row[place]]
        told = {"questions": [text for text, _ in self.asked], "vectors": questions.tolist(), "right": right,
                "allowed": allowed}  # fmt: skip
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def read_asked(path: Path) -> Asked:
    told = json.loads(path.read_text(encoding="utf-8"))
    allowed = {name: frozenset(keys) for name, keys in told["allowed"].items()}
    return Asked(told["questions"], np.array(told["vectors"], np.float32), told["right"], allowed)


def _nearest(questions: Any, vectors: Any, rows: Any) -> list[list[int]]:
    """The nearest rows of each question among `rows`, best first."""
    best: list[list[tuple[float, int]]] = [[] for _ in questions]
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        scores = questions @ vectors[part].astype(np.float32).reshape(-1, WIDTH).T
        for number, line in enumerate(scores):
            top = np.argpartition(-line, BEST - 1)[:BEST] if len(line) > BEST else np.arange(len(line))
            best[number] = sorted([*best[number], *((-float(line[i]), int(part[i])) for i in top)])[:BEST]
    return [[row for _, row in found] for found in best]

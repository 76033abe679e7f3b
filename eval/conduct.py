"""`python -m eval.conduct`: fits the classifier of refused requests to its examples and writes `conduct.json`.

Lawful neighbours are the examples of `conduct.yaml`, the questions that the shipped articles are asked, some that
point at clauses of the law, and the answered questions of the labelled sets that may be looked at.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from assistant.understand.conduct import HERE, digest, in_letters, kinds, runs_of
from assistant.understand.homophones import mended
from assistant.understand.normalise import normalise
from eval.answers import LABELLED
from knowledge.ingest.article import read_front
from knowledge.ingest.embedders.e5 import E5Embeddings
from knowledge.ingest.pointers import all_pointers
from knowledge.ingest.shipped import ARTICLES

LAWFUL = "lawful"
LAW = 2_500  # of the questions that point at clauses of the law: they speak of every wrong there is, and may be asked
HEAVY = 6.0  # what an example of a refused kind counts beside a lawful one, of which there are many more
NEAR = 3.0  # what a lawful neighbour written beside the refused ones counts: it is there to part the two
SETS = ("dev", "second", "third")
STEPS, RATE, KEPT = 1500, 12.0, 0.95  # of gradient descent with momentum
SHRINK = 1e-5  # weight decay
DIGITS = 3
OFTEN = 4  # refused examples that a run of letters must stand in to be weighed


def main() -> int:
    texts, names = examples()
    with TemporaryDirectory() as folder:
        embedder = E5Embeddings(Path(folder))
        vectors = np.array([embedder.embed_query(text) for text in texts], np.float32)
    labels = [name for name in kinds()]
    mean = vectors.mean(axis=0)
    near = {mended(normalise(text)) for text in kinds()[LAWFUL].asked}
    worth = [
        HEAVY if name != LAWFUL else NEAR if text in near else 1.0 for text, name in zip(texts, names, strict=True)
    ]
    counts = np.array(worth, np.float32)
    runs = frequent([text for text, name in zip(texts, names, strict=True) if name != LAWFUL])
    letters = np.array([in_letters(text, runs) for text in texts], np.float32)
    inputs = np.hstack([vectors - mean, letters])
    rows, bias = fitted(inputs, np.array([labels.index(name) for name in names]), counts / counts.mean())
    found: dict[str, Any] = {
        "model": embedder.asked_name,
        "digest": digest(),
        "kinds": labels,
        "mean": _rounded(mean, 5),
        "rows": [_rounded(row, DIGITS) for row in rows],
        "bias": _rounded(bias, DIGITS),
        "runs": runs,
    }
    (HERE / "conduct.json").write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    sys.stdout.write(f"{len(texts)} examples of {len(labels)} kinds\n")
    return 0


def examples() -> tuple[list[str], list[str]]:
    pairs = [(text, kind.name) for kind in kinds().values() for text in kind.asked]
    for path in sorted(ARTICLES.glob("*.md")):
        pairs += [(question.ask, LAWFUL) for question in read_front(path.read_text("utf-8"), path)[0].questions]
    asked = sorted(ask for _, law in all_pointers() for several in law.clauses.values() for ask in several)
    pairs += [(ask, LAWFUL) for ask in random.Random(0).sample(asked, LAW)]
    rows = [
        json.loads(line)
        for name in SETS
        for line in (LABELLED / f"questions.{name}.jsonl").read_text("utf-8").splitlines()
    ]
    pairs += [(row["question"], LAWFUL) for row in rows if row["kind"] != "decline"]
    return [mended(normalise(text)) for text, _ in pairs], [name for _, name in pairs]


def frequent(refused: list[str]) -> list[str]:
    """The runs of letters that stand in several of the texts, in a settled order."""
    counts = Counter(run for text in refused for run in runs_of(text))
    return sorted(run for run, count in counts.items() if count >= OFTEN)


def fitted(vectors: Any, labels: Any, counts: Any) -> tuple[Any, Any]:
    """Multinomial logistic regression by full-batch gradient descent with momentum: weights by kind, and their bias.

    `counts` is what each example counts, 1 on average.
    """
    inputs = np.hstack([vectors, np.ones((len(vectors), 1), np.float32)])
    wanted = np.eye(labels.max() + 1, dtype=np.float32)[labels]
    rows = np.zeros((wanted.shape[1], inputs.shape[1]), np.float32)
    pace = np.zeros_like(rows)
    for _ in range(STEPS):
        scores = inputs @ (rows + KEPT * pace).T
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        slope = ((shares - wanted) * counts[:, None]).T @ inputs / len(inputs) + SHRINK * (rows + KEPT * pace)
        pace = KEPT * pace - RATE * slope
        rows += pace
    return rows[:, :-1], rows[:, -1]


def _rounded(values: Any, digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


if __name__ == "__main__":
    sys.exit(main())

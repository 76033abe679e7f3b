"""Whether a message asks for what is refused, by its nearness to labelled examples: no pattern names every wording.

A linear classifier over the vector that search computes anyway, and over runs of letters that refused examples are put
in (怎么逼, 有没有渠道): a vector tells what is spoken of, the letters what is wanted of it. Weights and the model they
belong to stand in `conduct.json`, examples in `conduct.yaml`; `python -m eval.conduct` fits the one to the other.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

HERE = Path(__file__).parent
LONGEST = 3  # letters of a run
LETTERS = 0.6  # what all runs of a message count beside its vector, whose length is one; measured, decision 0029
SURE = 0.5  # probability from which a request is refused; measured, docs/decisions/0029-refusals.md


class Embedder(Protocol):
    @property
    def name(self) -> str: ...

    def embed_query(self, text: str) -> list[float]: ...


@dataclass(frozen=True)
class Kind:
    """One kind of request: the reason it is refused for (None: it isn't), what is said to it, examples."""

    name: str
    reason: str | None
    say: str
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Likely:
    """The reason a message is most likely refused for, its probability, and the likeliest kind of that reason.

    `wrong` is the likeliest unlawful kind whatever the reason, `wrongly` the probability that it is any of them.
    """

    reason: str | None
    probability: float
    kind: str
    wrong: str = ""
    wrongly: float = 0.0


@dataclass(frozen=True)
class Weights:
    model: str
    digest: str
    kinds: tuple[str, ...]
    mean: tuple[float, ...]
    rows: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    runs: tuple[str, ...] = ()


@cache
def kinds() -> dict[str, Kind]:
    data: dict[str, Any] = yaml.safe_load((HERE / "conduct.yaml").read_text("utf-8"))
    return {
        name: Kind(name, entry["reason"], entry.get("say", ""), tuple(entry["asked"])) for name, entry in data.items()
    }


@cache
def weights() -> Weights:
    data: dict[str, Any] = json.loads((HERE / "conduct.json").read_text("utf-8"))
    return Weights(
        data["model"],
        data["digest"],
        tuple(data["kinds"]),
        tuple(data["mean"]),
        tuple(tuple(row) for row in data["rows"]),
        tuple(data["bias"]),
        tuple(data["runs"]),
    )


def digest() -> str:
    """Of the examples that weights are fitted to."""
    return hashlib.sha256((HERE / "conduct.yaml").read_bytes()).hexdigest()


def likely(text: str, embedder: Embedder) -> Likely:
    """`text` is normalised. With another model than the one fitted for nothing is known: reason None, probability 0."""
    known = weights()
    if getattr(embedder, "asked_name", embedder.name) != known.model:
        return Likely(None, 0.0, "")
    return judged(embedder.embed_query(text), text, known)


def runs_of(text: str) -> frozenset[str]:
    """The runs of one to three letters in a text, with signs for where it begins and ends."""
    marked = f"^{text}$"
    return frozenset(marked[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(marked) - size + 1))


def in_letters(text: str, runs: Sequence[str]) -> list[float]:
    """What a text says of each of `runs`: the same for every run it has, the less the more there are; else 0."""
    mine = runs_of(text)
    had = [run in mine for run in runs]
    share = LETTERS / math.sqrt(max(sum(had), 1))
    return [share if has else 0.0 for has in had]


def judged(vector: Sequence[float], text: str, known: Weights) -> Likely:
    centred = [value - mean for value, mean in zip(vector, known.mean, strict=True)]
    told = [(at, value) for at, value in enumerate((*centred, *in_letters(text, known.runs))) if value]
    scores = [
        bias + sum(row[at] * value for at, value in told) for row, bias in zip(known.rows, known.bias, strict=True)
    ]
    top = max(scores)
    parts = [math.exp(score - top) for score in scores]
    whole = sum(parts)
    shares = {name: part / whole for name, part in zip(known.kinds, parts, strict=True)}
    by_reason: dict[str | None, float] = {}
    for name, share in shares.items():
        reason = kinds()[name].reason
        by_reason[reason] = by_reason.get(reason, 0.0) + share
    reason = max(by_reason, key=lambda one: by_reason[one])
    kind = max((name for name in shares if kinds()[name].reason == reason), key=lambda name: shares[name])
    wrong = max((name for name in shares if kinds()[name].reason == "unsafe"), key=lambda name: shares[name])
    return Likely(reason, by_reason[reason], kind, wrong, by_reason["unsafe"])

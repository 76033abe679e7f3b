"""`python -m eval learn pieces`: the weights that choose what an answer quotes (`assistant/compose/telling.yaml`)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.compose.extract import choose
from assistant.compose.pieces import Piece, pieces_of
from assistant.compose.telling import FEATURES, WEIGHTS, rows
from assistant.desk import Desk
from assistant.turn.named import own_first, section_first
from assistant.turn.passages import NATIONAL, TAKE, candidates
from eval.learn.fit import fit
from eval.learn.labelled import SETS, labelled
from eval.marking import wording
from retrieval import Evidence, Scope

FOLDS = 8
HEAD = "# Learned by `python -m eval learn pieces`; what each feature means stands in telling.py.\n"


@dataclass(frozen=True)
class Case:
    """A labelled question with the passages a turn chooses from, their pieces, and 1 where one has what it must."""

    label: dict[str, Any]
    passages: tuple[Evidence, ...]
    pieces: tuple[Piece, ...]
    table: Any
    right: Any


def learn_pieces(desk: Desk, path: Path = WEIGHTS, sets: Sequence[str] = SETS) -> dict[str, Any]:
    """Write the weights to `path`; returns how often what is shown has what it must, on folds not learned from, beside
    how often any piece found has it.
    """
    cases = [case for label in labelled(sets) if (case := _case(desk, label)).pieces]
    order = random.Random(0).sample(range(len(cases)), len(cases))
    shown = 0
    for fold in range(FOLDS):
        apart = set(order[fold::FOLDS])
        weights = fit([(one.table, one.right) for place, one in enumerate(cases) if place not in apart], calm=1.0)
        shown += sum(_shown(cases[place], weights) for place in apart)
    weights = fit([(one.table, one.right) for one in cases], calm=1.0)
    learned = {feature: round(float(weight), 2) for feature, weight in zip(FEATURES, weights, strict=True)}
    path.write_text(HEAD + yaml.safe_dump(learned, sort_keys=False), encoding="utf-8")
    return {
        "questions": len(cases),
        "found": sum(bool(one.right.any()) for one in cases),
        "shown_unseen": shown,
        "weights": learned,
    }


def _case(desk: Desk, label: dict[str, Any]) -> Case:
    question, day, region = label["question"], date.fromisoformat(label["as_of"]), label["region"]
    scope = Scope(org_ids=frozenset({NATIONAL}), audience="client")
    hits = own_first(question, section_first(question, desk.searcher.search(question, scope, day, region, TAKE).hits))
    found = candidates(desk, question, day, region, hits)
    pieces = tuple(piece for passage in found for piece in pieces_of(passage))
    table = np.array(rows(question, pieces, {passage.chunk_id: place for place, passage in enumerate(found)}))
    return Case(label, found, pieces, table, np.array([not wording(label, piece.text) for piece in pieces], float))


def _shown(case: Case, weights: Any) -> bool:
    choices = choose(case.label["question"], case.passages, weights=tuple(map(float, weights)))
    return not wording(case.label, "；".join(piece.text for choice in choices for piece in choice.pieces))

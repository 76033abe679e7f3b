"""What is learned, taken away and added: how much each part brings on the same indexes.

The benchmark's own half (`--learn`) is learned from here only: its questions never become weights of the product.
"""

from collections.abc import Sequence

import numpy as np

from eval.bench.labels import Query
from eval.bench.systems import DEEP, WANTED, System
from eval.learn.fit import fit
from knowledge.ingest.embedders import Embedder
from retrieval.candidates import NAMES, features
from retrieval.search import Searcher
from retrieval.wording import simplified

WITHOUT = {  # groups of features, each left out in turn with the weights learned anew
    "words": ("words",),
    "meaning": ("meaning", "near", "statute_meaning"),
    "cover": ("cover", "statute_cover", "run"),
    "title and topic": ("title", "statute_title"),
    "document support": ("document", "statute_document"),
    "what is asked for": ("cue", "section"),
}


def learned(searcher: Searcher, keys: dict[str, int], train: Sequence[Query], plain: Embedder) -> list[System]:
    """The ranking with its weights learned anew on the other half: whole, without each group of features, and with
    questions read as the model came (`plain`).
    """
    bare = Searcher(searcher.database, searcher.lexical, searcher.vector, plain, pool=searcher.pool)
    whole = [_Case(searcher, keys, query) for query in train]
    systems = [_system("learned: ranking", searcher, whole, ())]
    systems += [_system(f"learned: ranking without {name}", searcher, whole, names) for name, names in WITHOUT.items()]
    cases = [_Case(bare, keys, query) for query in train]
    return [*systems, _system("learned: ranking, plain questions", bare, cases, ())]


class _Case:
    def __init__(self, searcher: Searcher, keys: dict[str, int], query: Query) -> None:
        names, self.rows = _rows(searcher, query.text)
        self.right = np.array([keys[name] in query.relevant for name in names], float)


def _system(name: str, searcher: Searcher, cases: Sequence[_Case], without: Sequence[str]) -> System:
    kept = np.array([float(feature not in without) for feature in NAMES])
    weights = fit([(case.rows * kept, case.right) for case in cases if len(case.rows)]) * kept

    def rank(question: str) -> list[str]:
        names, rows = _rows(searcher, question)
        return [names[index] for index in np.argsort(-(rows @ weights), kind="stable")[:DEEP]] if names else []

    return System(name, rank, 0.0)


def _rows(searcher: Searcher, question: str) -> tuple[list[str], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    question = simplified(question)
    legs, found, _ = searcher.gather(question, WANTED)
    rows = features(question, legs, found)
    return list(rows), np.array(list(rows.values()))

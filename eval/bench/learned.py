"""Systems that learn from half of the questions: how much there is to gain on top of the same indexes.

What is learned here stays here: a benchmark's questions never become weights of the product.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.bench.labels import Query
from eval.bench.learn import Adapter, fit
from eval.bench.systems import DEEP, WANTED, System
from retrieval.candidates import Legs, features
from retrieval.search import Searcher
from retrieval.table import Table
from retrieval.vectors import ExactIndex
from retrieval.wording import simplified

OTHERS = 1_000  # texts drawn by chance that a question's vector must stay away from


def learned(searcher: Searcher, keys: dict[str, int], train: Sequence[Query]) -> list[System]:
    """Vectors behind a query adapter; the ranking with its weights learned anew; both together."""
    table = _table(searcher)
    adapter = _adapter(searcher, table, keys, train)
    plain = _weights(searcher, keys, train, None)
    turned = _weights(searcher, keys, train, (table, adapter))

    def vectors(question: str) -> list[str]:
        return [key for key, _ in table.search(_turned(searcher, adapter, question), WANTED, DEEP)]

    def ranked(question: str) -> list[str]:
        return _ranked(searcher, question, plain, None)

    def both(question: str) -> list[str]:
        return _ranked(searcher, question, turned, (table, adapter))

    return [
        System("learned: query adapter", vectors, 0.0),
        System("learned: ranking", ranked, 0.0),
        System("learned: adapter and ranking", both, 0.0),
    ]


def _table(searcher: Searcher) -> Table:
    exact = searcher.vector if isinstance(searcher.vector, ExactIndex) else searcher.exact
    return exact.table()


def _adapter(searcher: Searcher, table: Table, keys: dict[str, int], train: Sequence[Query]) -> Adapter:
    row = {key: int(table.rows[place, 0]) for place, key in enumerate(table.ids)}
    of_article: dict[int, int] = {article: row[key] for key, article in keys.items() if key in row}
    cases = []
    for query in train:
        vector = np.asarray(searcher.embedder.embed_query(query.text), np.float32)
        near = [row[key] for key, _ in table.search(list(vector), WANTED, DEEP)]
        right = [of_article[article] for article in query.relevant if article in of_article]
        places = list(dict.fromkeys([*right, *near]))
        cases.append((vector, table.matrix[places], np.array([place in right for place in places], float)))
    adapter = Adapter(len(cases[0][0]))
    answers = {of_article[article] for query in train for article in query.relevant if article in of_article}
    rest = sorted(set(range(len(table.vectors))) - answers)
    drawn: list[int] = np.random.default_rng(0).permutation(rest)[:OTHERS].astype(int).tolist()
    adapter.learn(cases, table.matrix[drawn] if drawn else np.zeros((1, len(cases[0][0])), np.float32))
    return adapter


def _turned(searcher: Searcher, adapter: Adapter, question: str) -> list[float]:
    turned: list[float] = adapter(np.asarray(searcher.embedder.embed_query(question), np.float32)).tolist()
    return turned


def _rows(searcher: Searcher, question: str, turn: tuple[Table, Adapter] | None) -> tuple[list[str], Any]:
    question = simplified(question)
    legs, found, _ = searcher.gather(question, WANTED)
    if turn is not None:
        from knowledge.ingest.tables import EVERYONE
        from retrieval.passages import hydrate

        table, adapter = turn
        meaning = dict(table.search(_turned(searcher, adapter, question), WANTED, DEEP))
        with searcher.database.read() as work:
            found |= hydrate(work.session(EVERYONE), [key for key in meaning if key not in found], WANTED)
        legs = Legs(legs.words, meaning, legs.asked, legs.rarity, legs.unread)
    rows = features(question, legs, found)
    return list(rows), np.array(list(rows.values()))


def _weights(
    searcher: Searcher, keys: dict[str, int], train: Sequence[Query], turn: tuple[Table, Adapter] | None
) -> Any:
    cases = []
    for query in train:
        names, rows = _rows(searcher, query.text, turn)
        if names:
            cases.append((rows, np.array([keys[name] in query.relevant for name in names], float)))
    return fit(cases)


def _ranked(searcher: Searcher, question: str, weights: Any, turn: tuple[Table, Adapter] | None) -> list[str]:
    names, rows = _rows(searcher, question, turn)
    return [names[index] for index in np.argsort(-(rows @ weights), kind="stable")[:DEEP]] if names else []

"""Rows in parts: whatever comes, changes and goes, a filter lets through exactly what it says, and few are named."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import parts as module
from retrieval.evidence import Filter
from retrieval.parts import Part, Parts
from retrieval.passages import ALWAYS, Terms

DAYS = st.integers(700_000, 700_020)
TERMS = st.builds(
    lambda owner, region, first, length: Terms(
        owner, "client", region, first, ALWAYS if length is None else first + length
    ),
    st.sampled_from(["*", "org-a"]), st.sampled_from(["全国", "上海市"]), DAYS, st.none() | st.integers(0, 12),
)  # fmt: skip
CHANGES = st.lists(
    st.dictionaries(st.sampled_from([f"d{number}" for number in range(12)]), st.none() | TERMS, max_size=8), max_size=6
)
FILTERS = st.builds(
    Filter, st.frozensets(st.sampled_from(["*", "org-a"])), st.just(frozenset({"client"})),
    st.frozensets(st.sampled_from(["全国", "上海市"])), st.none() | st.integers(699_995, 700_040),
)  # fmt: skip


class Store:
    """An index in parts that keeps plain sets of rows, moved as an index in parts moves them."""

    def __init__(self) -> None:
        self.parts = Parts()
        self.held: dict[Part, set[str]] = {}
        self.terms: dict[str, Terms] = {}

    def change(self, changes: dict[str, Terms | None], rows: int) -> None:
        coming = {document: terms for document, terms in changes.items() if terms is not None}
        self._remove(list(changes))
        moved = self.parts.divide({document: (terms, rows) for document, terms in coming.items()})
        self._remove(list(moved))
        for document, terms in (coming | moved).items():
            part = self.parts.put(document, terms)
            for number in range(rows):
                self.parts.add(document, f"{document}-{number}")
                self.held.setdefault(part, set()).add(f"{document}-{number}")
        self.terms = {key: terms for key, terms in self.terms.items() if key not in changes} | coming

    def _remove(self, documents: list[str]) -> None:
        for document in documents:
            held = self.parts.remove(document)
            if held is not None:
                self.held[held[0]] -= set(held[1])

    def found(self, wanted: Filter) -> set[str]:
        rows: set[str] = set()
        for part, count, named in self.parts.asked(wanted):
            got = self.held[part] if named is None else set(named)
            assert len(got) == count
            assert got <= self.held[part], "a row was named that its part doesn't hold"
            rows |= got
        return rows


def right(terms: dict[str, Terms], wanted: Filter, rows: int) -> set[str]:
    return {
        f"{document}-{number}" for document, term in terms.items() for number in range(rows)
        if term.owner in wanted.owners and term.audience in wanted.audiences and term.region in wanted.regions
        and (wanted.day is None or term.first <= wanted.day <= term.last)
    }  # fmt: skip


@given(CHANGES, st.lists(FILTERS, min_size=1, max_size=6), st.sampled_from([1, 300, 4_000]))
@settings(max_examples=60)
def test_a_filter_lets_through_what_it_says(
    changes: list[dict[str, Terms | None]], filters: list[Filter], rows: int
) -> None:
    store = Store()
    for change in changes:
        store.change(change, rows)
        store.parts = Parts.of(json.loads(json.dumps(store.parts.told())), store.parts.size)  # as a restart finds it
        for wanted in filters:
            assert store.found(wanted) == right(store.terms, wanted, rows)


def library(count: int, rows: int) -> Store:
    store = Store()
    terms = {f"d{number}": Terms("*", "client", "全国", 700_000 + number, ALWAYS) for number in range(count)}
    store.change(dict(terms), rows)
    return store


def test_a_large_group_is_divided_and_a_day_names_rows_of_one_part_only() -> None:
    store = library(600, 100)
    assert 4 <= len(store.held) <= 6
    for day in range(699_990, 700_700, 7):
        asked = store.parts.asked(Filter(frozenset("*"), frozenset({"client"}), frozenset({"全国"}), day))
        named = [rows for _, _, rows in asked if rows is not None]
        assert len(named) <= 1
        assert all(len(rows) <= module.ROWS for rows in named)


def test_a_day_after_all_first_days_names_nothing() -> None:
    store = library(600, 100)
    asked = store.parts.asked(Filter(frozenset("*"), frozenset({"client"}), frozenset({"全国"}), 701_000))
    assert all(rows is None for _, _, rows in asked)
    assert sum(count for _, count, _ in asked) == 60_000


def test_a_growing_group_moves_only_what_changes_its_part() -> None:
    store = library(600, 100)
    more = {f"e{number}": (Terms("*", "client", "全国", 700_000 + number, ALWAYS), 100) for number in range(100)}
    assert store.parts.divide(more) == {}
    twice = {f"e{number}": (Terms("*", "client", "全国", 700_000 + number, ALWAYS), 100) for number in range(700)}
    assert 0 < len(store.parts.divide(twice)) < 600


def test_a_small_group_stays_whole() -> None:
    assert len(library(30, 100).held) == 1

"""Imported companies into the profiles of an organisation: merged by credit code, what changed told.

What a source says anew replaces what it said before. What another source says otherwise is kept beside it,
unconfirmed, and told: somebody confirms one of the two (`confirming.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from knowledge.base.clock import Clock, today
from knowledge.base.db import Database
from knowledge.base.ids import new_id
from knowledge.base.regions import contains
from knowledge.base.tenancy import TenantSession
from knowledge.companies.company import EMPTY, Company, Fact
from knowledge.companies.importing.judging import Judge, Turned
from knowledge.companies.importing.rows import Problem, Row
from knowledge.companies.store import CompanyRow, Stored, enter, find_stored
from knowledge.policies import RuleBook
from knowledge.policies.values import Frozen, Plain

BATCH = 200
MOST_TOLD = 1000  # of each list in the answer; the counts are whole, and `on_problem` hears every problem
ABOUT = ("name", "region", "industry_code")
T = TypeVar("T")


class Change(Frozen):
    """A figure or word that a refresh changed; `field` carries its year where it has one."""

    uscc: str
    row: int
    field: str
    before: Plain
    after: Plain


class Clash(Frozen):
    """Two sources that differ: `before` stands until somebody decides for `after`."""

    uscc: str
    row: int
    field: str
    before: Plain
    before_source: str
    after: Plain
    after_source: str


class Imported(Frozen):
    """`companies` counts rows taken over; `created` those that were new. The lists hold the first thousand of each,
    `counts` how many there are: `changes`, `verdicts`, `conflicts`, `problems`, and `problems.<column>`. `unused`:
    headings nothing is kept of.
    """

    companies: int
    created: int
    updated: int
    unchanged: int
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    counts: dict[str, int]
    conflicts: tuple[Clash, ...] = ()
    verdicts: tuple[Turned, ...] = ()
    unused: tuple[str, ...] = ()


class _Told:
    """Everything counted, the first ones kept: a sheet of a million rows mustn't fill the memory."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = 0
        self.changes: list[Change] = []
        self.conflicts: list[Clash] = []
        self.problems: list[Problem] = []
        self.verdicts: list[Turned] = []
        self.counts: Counter[str] = Counter()
        self.unused: dict[str, None] = {}

    def note(self, kind: str, kept: list[T], found: Sequence[T]) -> None:
        if found:
            self.counts[kind] += len(found)
            kept.extend(found[: MOST_TOLD - len(kept)])


def import_companies(
    database: Database,
    org_id: str,
    rows: Iterable[Row],
    who: str,
    clock: Clock,
    *,
    book: RuleBook | None = None,
    trust: bool = False,
    on_problem: Callable[[Problem], None] = lambda _problem: None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Imported:
    """Take rows over, a batch a transaction: stopped at any point, a second run goes on and doubles nothing. Facts are
    never removed: what a new file doesn't say stays.

    `book`: judge again what a change touches. `trust`: the file is right where it differs from another source.
    `progress` hears the number of rows read.
    """
    tally, judge, read = _Told(), Judge(book, today(clock)) if book else None, 0
    for batch in _batches(rows):
        problems = [problem for row in batch for problem in row.problems]
        refreshed: list[tuple[Company, Company, list[Change]]] = []
        with database.work() as work:
            session = work.session(org_id)
            shelf = find_stored(session, {row.company.uscc for row in batch if row.company and row.company.uscc})
            _open_new(session, shelf, batch, clock)
            for row in batch:
                tally.unused.update(dict.fromkeys(row.unused))
                if row.company is not None and row.company.uscc is not None:
                    refreshed.extend(_take(session, shelf[row.company.uscc], row, who, clock, trust, tally))
        for problem in problems:
            on_problem(problem)
        tally.note("problems", tally.problems, problems)
        tally.counts.update(f"problems.{problem.column}" for problem in problems if problem.column)
        for before, after, changes in refreshed if judge else ():
            assert judge is not None
            found = judge.turned(before, after, {_base(change.field) for change in changes})
            tally.note("verdicts", tally.verdicts, found)
        read += len(batch)
        progress(read)
    return _imported(tally)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _open_new(session: TenantSession, shelf: dict[str, Stored], batch: list[Row], clock: Clock) -> None:
    """A row for each new company, before the facts that point at it."""
    now = clock.now()
    for row in batch:
        told = row.company
        if told is None or told.uscc is None or told.uscc in shelf:
            continue
        shelf[told.uscc] = Stored(new_id(), EMPTY, [])
        session.add(
            CompanyRow(
                id=shelf[told.uscc].id,
                org_id=session.org_id,
                name=told.name,
                uscc=told.uscc,
                region=told.region,
                industry_code=told.industry_code,
                created_at=now,
                updated_at=now,
            )
        )
    session.flush()


def _take(
    session: TenantSession, stored: Stored, row: Row, who: str, clock: Clock, trust: bool, tally: _Told
) -> Iterator[tuple[Company, Company, list[Change]]]:
    """Enter what is new of a row; gives the company before and after when it was known and something changed."""
    told, before = row.company, stored.company
    assert told is not None
    assert told.uscc is not None
    changes, clashes, facts = _compared(stored, told, row.number, trust)
    about = {name: getattr(before, name) for name in ABOUT} | {
        one.field: one.after for one in changes if one.field in ABOUT
    }
    fresh = Company(uscc=told.uscc, facts=tuple(facts), **about)
    if before == EMPTY:
        enter(session, stored, fresh, who, clock)
        tally.created += 1
        return
    if not facts and not changes:
        tally.unchanged += 1
        return
    if any(change.field in ABOUT for change in changes):
        _rename(session, stored.id, fresh, clock)
    enter(session, stored, fresh, who, clock)
    tally.updated += 1
    tally.note("changes", tally.changes, changes)
    tally.note("conflicts", tally.conflicts, clashes)
    yield before, stored.company, changes


def _rename(session: TenantSession, identifier: str, fresh: Company, clock: Clock) -> None:
    row = session.get(CompanyRow, identifier)
    assert row is not None
    row.name, row.region, row.industry_code = fresh.name, fresh.region, fresh.industry_code
    row.updated_at = clock.now()


def _compared(stored: Stored, told: Company, number: int, trust: bool) -> tuple[list[Change], list[Clash], list[Fact]]:
    """What is different, and the facts to enter: those that differ, unconfirmed where another source says otherwise."""
    assert told.uscc is not None
    standing = {fact.key: fact for fact in stored.company.facts}
    changes: list[Change] = []
    clashes: list[Clash] = []
    facts: list[Fact] = []
    for fact in told.facts:
        old = standing.get(fact.key)
        name = f"{fact.field}.{fact.year}" if fact.year else fact.field
        if old is not None and said(old) == said(fact):
            continue
        if old is None or trust or not old.known or old.source == fact.source:
            facts.append(fact)
            before = said(old) if old else None
            changes.append(Change(uscc=told.uscc, row=number, field=name, before=before, after=said(fact)))
            continue
        last = stored.latest_of(fact.key, fact.source)
        if last is not None and said(last) == said(fact):
            continue  # that source says nothing new: it waits already, or somebody decided against it
        facts.append(fact.model_copy(update={"confirmed": False}))
        clashes.append(
            Clash(
                uscc=told.uscc,
                row=number,
                field=name,
                before=said(old),
                before_source=old.source,
                after=said(fact),
                after_source=fact.source,
            )
        )
    for name in ABOUT:
        new, word = getattr(told, name), getattr(stored.company, name)
        if name == "region" and word and new and contains(new, word):
            continue  # 上海市 of one who said 上海市浦东新区 is no news
        if new and new != word:
            changes.append(Change(uscc=told.uscc, row=number, field=name, before=word, after=new))
    return changes, clashes, facts


def said(fact: Fact) -> Any:
    """What a fact says, without where it came from."""
    if fact.value is not None:
        return fact.value
    ends = {name: end for name in ("low", "high") if (end := getattr(fact, name)) is not None}
    return ends or ("declined" if fact.declined else None)


def _base(name: str) -> str:
    """A change's field without its year."""
    short, _, year = name.rpartition(".")
    return short if year.isdigit() else name


def _imported(tally: _Told) -> Imported:
    return Imported(
        companies=tally.created + tally.updated + tally.unchanged,
        created=tally.created,
        updated=tally.updated,
        unchanged=tally.unchanged,
        changes=tuple(tally.changes),
        problems=tuple(tally.problems),
        conflicts=tuple(tally.conflicts),
        verdicts=tuple(tally.verdicts),
        counts=dict(tally.counts),
        unused=tuple(sorted(tally.unused)),
    )

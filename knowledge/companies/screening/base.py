"""Base facts of every row: figures by field and year as intervals, truths and words, and the day of founding."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import ibis

from knowledge.companies.measures import FOUNDED
from knowledge.companies.screening.columns import EPOCH, Heading, filled, read_cells
from knowledge.companies.screening.quantity import Bounds, End
from knowledge.companies.screening.sheet import NO, Column, Sheet, any_of
from knowledge.policies.fields import find_field


@dataclass(frozen=True)
class Span:
    """An interval in columns. An exact one has one column for both ends, null where unknown; else a null end of a known
    one is infinite.
    """

    low: Column
    high: Column
    known: Column
    exact: bool


@dataclass(frozen=True)
class Leaf:
    """Names of columns of a base figure; `known` is None for an exact one."""

    low: str
    high: str
    known: str | None

    def span(self, sheet: Sheet) -> Span:
        known = sheet[self.low].notnull() if self.known is None else sheet[self.known]
        return Span(sheet[self.low], sheet[self.high], known, self.known is None)

    @property
    def bounds(self) -> Bounds:
        return Bounds(End(self.low), End(self.high), self.known)


@dataclass(frozen=True)
class Base:
    """Everything the table says itself. `founded` holds days since 1970-01-01, early and late."""

    sheet: Sheet
    as_of: date
    figures: dict[tuple[str, int | None], Leaf]
    plain: dict[str, str]

    @property
    def last_year(self) -> int:
        return self.as_of.year - 1

    def one(self, name: str, year: int | None = None) -> Span | None:
        leaf = self.figures.get((name, year))
        return leaf.span(self.sheet) if leaf else None

    def founded(self) -> Span | None:
        return self.one(FOUNDED)


def read_base(sheet: Sheet, headings: Iterable[Heading], as_of: date) -> tuple[Base, dict[str, Column]]:
    """The base facts two stages on, and for each column whether a cell of it is wrong."""
    cells: dict[tuple[str, int | None], dict[str, str]] = {}
    entries = {}
    wrong: dict[str, Column] = {}
    for heading in headings:
        raw = sheet[heading.column]
        read = read_cells(raw, heading.entry)
        cells.setdefault((heading.field, heading.year), {})[heading.end] = sheet.put(read, "c")
        entries[heading.field] = heading.entry
        wrong[heading.column] = filled(raw) & read.isnull()
    sheet.turn()
    figures: dict[tuple[str, int | None], Leaf] = {}
    plain: dict[str, str] = {}
    for (name, year), ends in cells.items():
        entry = entries[name]
        if entry.numeric or entry.kind == "date":
            floor = None if entry.signed else 0
            if entry.kind == "date":
                figures[name, year] = _days(sheet, ends, as_of)
            else:
                figures[name, year] = _interval(sheet, ends, floor)
        else:
            plain[name] = ends["value"]
    sheet.turn()
    base = Base(sheet, as_of, figures, plain)
    _yearless(base)
    sheet.turn()
    return base, wrong


def _interval(sheet: Sheet, ends: dict[str, str], floor: int | None) -> Leaf:
    """A value, or low and high; an end that isn't said is open to infinity, or to 0 where there is no less."""
    if set(ends) == {"value"}:
        return Leaf(ends["value"], ends["value"], None)
    nothing = ibis.null("int64")
    value, low, high = (sheet[ends[end]] if end in ends else nothing for end in ("value", "low", "high"))
    crossed = value.isnull() & (low > high).fill_null(NO)
    known = any_of([sheet[name].notnull() for name in ends.values()]) & ~crossed
    least = low if floor is None else ibis.coalesce(low, ibis.literal(floor).cast("int64"))
    return Leaf(
        sheet.put(ibis.ifelse(known, ibis.coalesce(value, least), nothing), "l"),
        sheet.put(ibis.ifelse(known, ibis.coalesce(value, high), nothing), "h"),
        sheet.put(known, "k"),
    )


def _days(sheet: Sheet, ends: dict[str, str], as_of: date) -> Leaf:
    """First and last day; without a first it may be any day ever, without a last it was by the day of the verdict."""
    if set(ends) == {"value"}:
        return Leaf(ends["value"], ends["value"], None)
    leaf_ends = {end: sheet[name] for end, name in ends.items()}
    nothing = ibis.null("int64")
    value, low, high = (leaf_ends.get(end, nothing) for end in ("value", "low", "high"))
    known = any_of([column.notnull() for column in leaf_ends.values()]) & ~(low > high).fill_null(NO)
    first, last = day_number(date.min), day_number(as_of)
    return Leaf(
        sheet.put(ibis.ifelse(known, ibis.coalesce(value, low, ibis.literal(first).cast("int64")), nothing), "l"),
        sheet.put(ibis.ifelse(known, ibis.coalesce(value, high, ibis.literal(last).cast("int64")), nothing), "h"),
        sheet.put(known, "k"),
    )


def _yearless(base: Base) -> None:
    """A yearly figure given without its year is last year's where that one is missing."""
    sheet = base.sheet
    for (name, year), whole in list(base.figures.items()):
        key = (name, base.last_year)
        if year is not None or not _is_series(name):
            continue
        if key not in base.figures:
            base.figures[key] = whole
            continue
        own, other = base.figures[key].span(sheet), whole.span(sheet)
        low, high = ibis.ifelse(own.known, own.low, other.low), ibis.ifelse(own.known, own.high, other.high)
        if own.exact and other.exact:
            column = sheet.put(low, "l")
            base.figures[key] = Leaf(column, column, None)
        else:
            base.figures[key] = Leaf(sheet.put(low, "l"), sheet.put(high, "h"), sheet.put(own.known | other.known, "k"))


def _is_series(name: str) -> bool:
    entry = find_field(name)
    return entry is not None and entry.series


def day_number(day: date) -> int:
    """Days since 1970-01-01, as the columns count them."""
    return (day - EPOCH).days


def calendar(days: Column) -> tuple[Column, Column, Column]:
    """Year, month and day."""
    day = (ibis.literal(EPOCH) + days.as_interval("D")).cast("date")
    return day.year().cast("int64"), day.month().cast("int64"), day.day().cast("int64")

"""Arithmetic of intervals in columns: sums, differences, shares, and the windows of fiscal years they run over."""

from dataclasses import dataclass
from datetime import date

import ibis

from knowledge.companies.measures import FOUNDED
from knowledge.companies.screening.base import Base, Span, day_number
from knowledge.companies.screening.quantity import Bounds, End, Shift
from knowledge.companies.screening.sheet import NO, YES, Column, Sheet, all_of, any_of

NOTHING: Column = ibis.null("int64")
Asks = dict[str, Column]


@dataclass(frozen=True)
class Window:
    """The fiscal years of a window: each year's figure (None: no such column), and whether a year's is missing.

    A year before the founding isn't missing: a young company uses the years it has.
    """

    spans: tuple[Span | None, ...]
    missing: Column
    asks: Asks

    @property
    def had(self) -> list[Column]:
        return [span.known if span else NO for span in self.spans]

    @property
    def known(self) -> Column:
        return ~self.missing

    @property
    def count(self) -> Column:
        return sum((one.cast("int64") for one in self.had[1:]), self.had[0].cast("int64"))

    def total(self) -> Span:
        """The sum over the years there are."""
        spans = [span for span in self.spans if span]
        exact = all(span.exact for span in spans)
        low, high = _sum([span.low for span in spans]), _sum([span.high for span in spans])
        if not exact:
            low = ibis.ifelse(any_of([span.known & span.low.isnull() for span in spans]), NOTHING, low)
            high = ibis.ifelse(any_of([span.known & span.high.isnull() for span in spans]), NOTHING, high)
        return masked(Span(low, high, self.known, exact))


def window(base: Base, name: str, years: int) -> Window:
    found = range(base.last_year - years + 1, base.last_year + 1)
    spans = tuple(base.one(name, year) for year in found)
    founded = base.founded()
    if founded is None:
        missing = any_of([~(span.known if span else NO) for span in spans])
        return Window(spans, missing, {name: missing, FOUNDED: missing})
    lacking = []
    for year, span in zip(found, spans, strict=True):
        excused = (founded.known & (founded.low > day_number(date(year, 12, 31)))).fill_null(NO)
        lacking.append(~((span.known if span else NO) | excused))
    missing = any_of(lacking)
    return Window(spans, missing, {name: missing, FOUNDED: missing & ~founded.known})


def masked(span: Span) -> Span:
    """Ends null where nothing is known."""
    low = ibis.ifelse(span.known, span.low, NOTHING)
    return Span(low, low if span.exact else ibis.ifelse(span.known, span.high, NOTHING), span.known, span.exact)


def minus(one: Span, other: Span) -> Span:
    """Null ends, the infinities, stay null."""
    return Span(one.low - other.high, one.high - other.low, one.known & other.known, one.exact and other.exact)


def put_span(sheet: Sheet, span: Span, den: int | None = None) -> Bounds:
    """An interval as a quantity of the next stage."""
    low = End(sheet.put(span.low, "n")) if den is None else End(sheet.put(span.low, "n"), den)
    if span.exact:
        return Bounds(low, low)
    return Bounds(low, End(sheet.put(span.high, "n"), low.den), sheet.put(span.known, "k"))


def put_share(sheet: Sheet, top: Span, bottom: Span, known: Column = YES, shift: Shift | None = None) -> Bounds:
    """part ÷ whole, unknown where the whole may be zero: each end over the end of the whole that reaches furthest."""
    known = known & top.known & bottom.known & (bottom.low > 0).fill_null(NO)
    if top.exact and bottom.exact:
        end = End(sheet.put(ibis.ifelse(known, top.low, NOTHING), "n"), sheet.put(bottom.low, "d"))
        return Bounds(end, end, None, shift)
    low, high = ends_over(top, bottom)
    return Bounds(
        End(sheet.put(low[0], "n"), sheet.put(low[1], "d")),
        End(sheet.put(high[0], "n"), sheet.put(high[1], "d")),
        sheet.put(known, "k"),
        shift,
    )


def ends_over(top: Span, bottom: Span) -> tuple[tuple[Column, Column], tuple[Column, Column]]:
    """Numerator and denominator of the lowest and of the highest quotient, for a whole above zero."""
    up = (top.low >= 0).fill_null(NO)
    down = (top.high < 0).fill_null(NO)
    return (
        (top.low, ibis.ifelse(up, bottom.high, bottom.low)),
        (top.high, ibis.ifelse(down, bottom.high, bottom.low)),
    )


def same_years(one: Window, other: Window) -> Column:
    return all_of([a == b for a, b in zip(one.had, other.had, strict=True)])


def _sum(columns: list[Column]) -> Column:
    zero = ibis.literal(0).cast("int64")
    whole = zero
    for column in columns:
        whole = whole + ibis.coalesce(column, zero)
    return whole

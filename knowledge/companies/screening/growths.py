"""Growth over years in columns: means of yearly growth and compound growth, as quotients that bounds are moved to."""

from fractions import Fraction

import ibis

from knowledge.companies.screening.base import Base, Span
from knowledge.companies.screening.quantity import Bounds, End
from knowledge.companies.screening.sheet import NO, Column, all_of, pick
from knowledge.companies.screening.spans import NOTHING, ends_over, put_share, window

ONE: Column = ibis.literal(1).cast("int64")
Pair = tuple[Column, Column]
Choice = tuple[Column, Span, Span]  # in which rows which two years


def twice(bound: Fraction) -> Fraction:
    """½ (a + b) − 1 ≥ g as a + b ≥ 2 (1 + g)."""
    return 2 * (1 + bound)


def compound(base: Base, name: str, years: int) -> Bounds | None:
    """(last ÷ first)^(1/years) − 1 ≥ g as last ÷ first ≥ (1 + g)^years."""
    first, last = base.one(name, base.last_year - years), base.one(name, base.last_year)
    if first is None or last is None:
        return None

    def power(bound: Fraction) -> Fraction:
        grown = (1 + bound) ** years
        return grown if bound >= -1 else -abs(grown)

    return put_share(base.sheet, last, first, (last.low >= 0).fill_null(NO), power)


def yearly_growth(base: Base, name: str) -> Bounds | None:
    """The mean of up to three years as 国科发火〔2016〕195号 has it; see `knowledge.companies.growth.mean_growth`."""
    found = window(base, name, 3)
    nothing = Span(NOTHING, NOTHING, NO, True)
    y1, y2, y3 = (span or nothing for span in found.spans)
    count = found.count
    first, last = _either(y1, y2), _either(y3, y2)
    three = count == 3
    flat = (count < 2) | ((count == 2) & _none(first)) | (three & _none(y2))
    first_two, last_two = three & ~_none(y1), three & _none(y1)
    choices: list[tuple[Choice, Choice]] = [
        ((count == 2, first, last), (count == 2, first, last)),
        ((last_two, y2, y3), (last_two, y2, y3)),
        ((first_two, y1, y2), (first_two, y2, y3)),
    ]
    return _put(base, found.known, flat, choices)


def mean_change(base: Base, name: str) -> Bounds | None:
    """The mean of two yearly growths; none from zero."""
    spans = [base.one(name, base.last_year - back) for back in (2, 1, 0)]
    if any(span is None for span in spans):
        return None
    y1, y2, y3 = (span for span in spans if span)
    known = all_of([y1.known, y2.known, y3.known])
    grows = ~_none(y1) & ~_none(y2)
    return _put(base, known, NO, [((grows, y1, y2), (grows, y2, y3))])


def _put(base: Base, known: Column, flat: Column, choices: list[tuple[Choice, Choice]]) -> Bounds:
    """The sum of two quotients by cases; `flat` rows have grown by nothing. Unknown where a divisor may be zero."""
    sheet = base.sheet
    usable = [when & (a.low > 0).fill_null(NO) & (b.low > 0).fill_null(NO) for (when, a, _), (_, b, _) in choices]
    is_known = known & pick((flat, True), *((one, True) for one in usable), other=False)
    pairs = [[_quotients(a, b) for _, a, b in both] for both in choices]

    def chosen(which: int, side: int, part: int) -> Column:
        cases = [(one, pairs[index][which][side][part]) for index, one in enumerate(usable)]
        return pick((~is_known, NOTHING), (flat, ONE), *cases, other=NOTHING)

    ends = [
        End(
            sheet.put(chosen(0, side, 0), "n"),
            sheet.put(chosen(0, side, 1), "d"),
            End(sheet.put(chosen(1, side, 0), "n"), sheet.put(chosen(1, side, 1), "d")),
        )
        for side in (0, 1)
    ]
    exact = all(span.exact for both in choices for _, a, b in both for span in (a, b))
    if exact:
        return Bounds(ends[0], ends[0], None, twice)
    return Bounds(ends[0], ends[1], sheet.put(is_known, "k"), twice)


def _quotients(first: Span, last: Span) -> tuple[Pair, Pair]:
    """last ÷ first, lowest and highest; over an infinite year it comes down to nothing."""
    low, high = ends_over(last, first)
    return _finite(low), _finite(high)


def _finite(pair: Pair) -> Pair:
    num, den = pair
    endless = den.isnull() & num.notnull()
    return ibis.ifelse(endless, ibis.literal(0).cast("int64"), num), ibis.ifelse(endless, ONE, den)


def _either(one: Span, other: Span) -> Span:
    return Span(
        ibis.ifelse(one.known, one.low, other.low),
        ibis.ifelse(one.known, one.high, other.high),
        one.known | other.known,
        one.exact and other.exact,
    )


def _none(span: Span) -> Column:
    return (span.high <= 0).fill_null(NO)

"""Derived fields in columns: each recipe of `knowledge.companies.formulas`, unknown carried through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from knowledge.companies.formulas import FORMULAS
from knowledge.companies.measures import FOUNDED
from knowledge.companies.screening import growths, standing
from knowledge.companies.screening.base import Base, Span
from knowledge.companies.screening.quantity import Bounds, Chosen, Lowest, Quantity
from knowledge.companies.screening.sheet import NO, OPEN, SCALE, YES, Column, all_of, any_of, pick
from knowledge.companies.screening.spans import (
    NOTHING,
    Asks,
    Window,
    masked,
    minus,
    put_share,
    put_span,
    same_years,
    window,
)
from knowledge.companies.screening.told import Told

SizeBounds = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Draft:
    """A derived field before its stage is done. `asks`: base facts and in which rows each is missing. `open`: rows with
    an interval, where a test may stay open and everything the formula rests on would help.
    """

    quantity: Quantity | None = None
    truth: Column | None = None
    possible: Mapping[str, Column] | None = None
    asks: Asks | None = None
    open: Column = NO


def read_field(base: Base, name: str, sizes: SizeBounds) -> Told:
    """The field as given, or else as derived, for the stage after the next turn of the sheet."""
    sheet = base.sheet
    leaf = base.figures.get((name, None))
    given = leaf.bounds if leaf else None
    word = base.plain.get(name)
    formula = FORMULAS.get(name)
    if formula is None:
        kind = {"truth": word} if word and sheet[word].type().is_boolean() else {"word": word}
        return Told(given, asks={name: sheet.put(YES, "q")}, **kind)
    draft = _drafted(base, formula.recipe, sizes)
    asks = draft.asks or {}
    told: Asks = {need: asks.get(need, NO) for need in dict.fromkeys((*formula.needs, *asks))}
    told = {need: ask | draft.open if need in formula.needs else ask for need, ask in told.items()}
    if given is not None and not given.exact:
        known = given.is_known(sheet)
        told = {need: ibis.ifelse(known, need in formula.needs, ask) for need, ask in told.items()}
    names = {need: sheet.put(ask.fill_null(NO), "q") for need, ask in told.items()}
    if draft.possible is not None:
        chosen = {
            choice: sheet.put(ibis.ifelse(sheet[word].notnull(), sheet[word] == choice, may) if word else may, "p")
            for choice, may in draft.possible.items()
        }
        return Told(possible=chosen, asks=names)
    if draft.truth is not None:
        truth = ibis.coalesce(sheet[word], draft.truth) if word else draft.truth
        return Told(truth=sheet.put(truth, "b"), asks=names)
    if given is None or draft.quantity is None:
        return Told(given or draft.quantity, asks=names)
    return Told(Chosen(given, draft.quantity), asks=names)


def _drafted(base: Base, recipe: tuple[str | int, ...], sizes: SizeBounds) -> Draft:
    kind, *args = recipe
    made: Draft = MAKERS[str(kind)](base, *args) if kind != "size" else _size(base, sizes)
    return made


def _ask(name: str, span: Span | None) -> Asks:
    """Asked where it isn't known, and where its interval leaves a test open."""
    return {name: YES if span is None or not span.exact else ~span.known}


def _asked(*windows: Window) -> Asks:
    """What is missing of several windows."""
    found: Asks = {}
    for one in windows:
        for name, ask in one.asks.items():
            found[name] = found[name] | ask if name in found else ask
    return found


def _open(base: Base, value: Bounds) -> Column:
    """Where an interval is known, so that a test may stay open."""
    return NO if value.known is None else base.sheet.fresh(value.known)


def _last(base: Base, name: str) -> Draft:
    leaf = base.figures.get((name, base.last_year))
    return Draft(leaf.bounds if leaf else None, asks=_ask(name, base.one(name, base.last_year)))


def _same(base: Base, name: str) -> Draft:
    leaf = base.figures.get((name, None))
    return Draft(leaf.bounds if leaf else None, asks=_ask(name, base.one(name)))


def _total(base: Base, name: str, years: int) -> Draft:
    found = window(base, name, years)
    value = put_span(base.sheet, found.total())
    return Draft(value, asks=_asked(found), open=_open(base, value))


def _average(base: Base, name: str, years: int) -> Draft:
    found = window(base, name, years)
    count = found.count * SCALE
    mean = put_share(base.sheet, found.total(), Span(count, count, YES, True))
    return Draft(mean, asks=_asked(found), open=_open(base, mean))


def _lowest(base: Base, name: str, years: int) -> Draft:
    """Known when every year is; of a company without all of the years nothing is asked."""
    found = window(base, name, years)
    leaves = [base.figures.get((name, base.last_year - back)) for back in range(years)]
    parts = tuple(leaf.bounds for leaf in leaves if leaf)
    exact = all(part.exact for part in parts)
    return Draft(
        Lowest(parts) if len(parts) == years else None,
        asks=_asked(found),
        open=NO if exact else all_of(found.had),
    )


def _lowest_share(base: Base, part: str, whole: str, years: int) -> Draft:
    tops, bottoms = window(base, part, years), window(base, whole, years)
    pairs = [(a, b) for a, b in zip(tops.spans, bottoms.spans, strict=True) if a and b]
    shares = tuple(put_share(base.sheet, a, b) for a, b in pairs)
    exact = all(one.exact for one in shares)
    known = all_of([NO if exact else a.known & b.known & (b.low > 0).fill_null(NO) for a, b in pairs])
    return Draft(
        Lowest(shares) if len(shares) == years else None,
        asks=_asked(tops, bottoms),
        open=known if len(shares) == years else NO,
    )


def _positive(base: Base, name: str, years: int) -> Draft:
    found = window(base, name, years)
    spans = [span for span in found.spans if span]
    gains = [((span.low > 0).fill_null(NO) if span else NO) for span in found.spans]
    losses = [(span.high <= 0).fill_null(NO) for span in spans]
    short = found.known & ~all_of(found.had)
    truth = pick((short | any_of(losses), False), (all_of(gains), True), other=OPEN)
    return Draft(truth=truth, asks={name: YES, FOUNDED: found.asks[FOUNDED]})


def _share(base: Base, part: str, whole: str, years: int) -> Draft:
    top, bottom = window(base, part, years), window(base, whole, years)
    agree = same_years(top, bottom)
    value = put_share(base.sheet, top.total(), bottom.total(), agree)
    asks = _asked(top, bottom)
    apart = top.known & bottom.known & ~agree
    asks |= {part: asks[part] | apart, whole: asks[whole] | apart}
    return Draft(value, asks=asks, open=_open(base, value))


def _people(base: Base, part: str) -> Draft:
    return _ratio(base, part, "hr.headcount", base.one(part), base.one("hr.headcount"))


def _ratio_last_year(base: Base, part: str, whole: str, _: str) -> Draft:
    return _ratio(base, part, whole, base.one(part, base.last_year), base.one(whole, base.last_year))


def _ratio(base: Base, part: str, whole: str, top: Span | None, bottom: Span | None) -> Draft:
    asks = {name: ~span.known if span else YES for name, span in ((part, top), (whole, bottom))}
    if top is None or bottom is None:
        return Draft(asks=asks)
    value = put_share(base.sheet, top, bottom)
    return Draft(value, asks=asks, open=_open(base, value))


def _count(base: Base, *names: str) -> Draft:
    """A sum of counts; what isn't known adds from nothing upward, so that the known part is a lower bound."""
    spans = {name: base.one(name) for name in names}
    here = [span for span in spans.values() if span]
    asks = {name: ~span.known if span else YES for name, span in spans.items()}
    if not here:
        return Draft(asks=asks)
    if len(names) == 1 and here[0].exact:
        leaf = base.figures[names[0], None]
        return Draft(leaf.bounds, asks=asks)
    complete = all_of([span.known if span else NO for span in spans.values()])
    zero = ibis.literal(0).cast("int64")
    low = sum((ibis.coalesce(span.low, zero) for span in here), zero)
    high = ibis.ifelse(complete, sum((span.high for span in here), zero), NOTHING)
    known = any_of([span.known for span in here]) & (complete | (low > 0))
    value = put_span(base.sheet, Span(low, high, known, False))
    return Draft(value, asks={name: ask | complete for name, ask in asks.items()})


def _change(base: Base, name: str) -> Draft:
    first, last = base.one(name, base.last_year - 1), base.one(name, base.last_year)
    if first is None or last is None:
        return Draft(asks={name: YES})
    value = put_share(base.sheet, minus(last, first), first)
    return Draft(value, asks={name: ~first.known | ~last.known}, open=_open(base, value))


def _compound(base: Base, name: str, years: int) -> Draft:
    first, last = base.one(name, base.last_year - years), base.one(name, base.last_year)
    value = growths.compound(base, name, years)
    if first is None or last is None or value is None:
        return Draft(asks={name: YES})
    return Draft(value, asks={name: ~first.known | ~last.known}, open=_open(base, value))


def _mean_change(base: Base, name: str) -> Draft:
    value = growths.mean_change(base, name)
    spans = [base.one(name, base.last_year - back) for back in (2, 1, 0)]
    if value is None:
        return Draft(asks={name: YES})
    unknown = any_of([~span.known if span else YES for span in spans])
    return Draft(value, asks={name: unknown}, open=_open(base, value))


def _yearly_growth(base: Base, name: str) -> Draft:
    value, found = growths.yearly_growth(base, name), window(base, name, 3)
    if value is None:
        return Draft(asks={name: YES, FOUNDED: YES})
    return Draft(value, asks={name: YES, FOUNDED: found.asks[FOUNDED]}, open=_open(base, value))


def _age_days(base: Base) -> Draft:
    return Draft(standing.age_days(base), asks={FOUNDED: YES})


def _age_years(base: Base) -> Draft:
    return Draft(standing.age_years(base), asks={FOUNDED: YES})


def _transfers(base: Base) -> Draft:
    name = "rd.transfer_count_3y"
    value, found = standing.transfers(base), base.one(name)
    if value is None or found is None:
        return Draft(asks={name: YES})
    narrow = base.sheet.fresh(value.low.den) == base.sheet.fresh(value.high.den)
    return Draft(value, asks={name: ~found.known | narrow, FOUNDED: found.known})


def _profitable_years(base: Base) -> Draft:
    return Draft(standing.profitable_years(base), asks={"finance.net_profit": YES})


def _either(base: Base, *names: str) -> Draft:
    truths = [base.sheet[base.plain[name]] if name in base.plain else OPEN for name in names]
    asks = {name: truth.isnull() for name, truth in zip(names, truths, strict=True)}
    return Draft(truth=any_of(truths), asks=asks)


def _implied(base: Base, name: str, *by: str) -> Draft:
    truths = [(base.sheet[base.plain[other]]).fill_null(NO) for other in by if other in base.plain]
    return Draft(truth=pick((any_of(truths), True), other=OPEN), asks={name: YES})


def _at_least(base: Base, name: str, other: str) -> Draft:
    span = base.one(other)
    if span is None:
        return Draft(asks={name: YES})
    known = span.known & (span.low > 0).fill_null(NO)
    return Draft(put_span(base.sheet, masked(Span(span.low, NOTHING, known, False))), asks={name: YES})


def _size(base: Base, sizes: SizeBounds) -> Draft:
    possible, asks = standing.size(base, sizes)
    return Draft(possible=possible, asks=asks)


MAKERS: dict[str, Any] = {
    "last": _last,
    "same": _same,
    "total": _total,
    "average": _average,
    "lowest": _lowest,
    "lowest_share": _lowest_share,
    "positive": _positive,
    "share": _share,
    "people": _people,
    "ratio_last_year": _ratio_last_year,
    "count": _count,
    "change": _change,
    "compound": _compound,
    "mean_change": _mean_change,
    "yearly_growth": _yearly_growth,
    "age_days": _age_days,
    "age_years": _age_years,
    "transfers": _transfers,
    "profitable_years": _profitable_years,
    "either": _either,
    "implied": _implied,
    "at_least": _at_least,
}

"""Score tables over partly known facts: each item gives [low, high], and so does the sum."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from knowledge.policies.facts import Known, Reading, Unknown, holds
from knowledge.policies.interval import INF, Interval
from knowledge.policies.programme import Band, Item, Score

ZERO = Decimal(0)


@dataclass(frozen=True)
class Marks:
    """Points reachable, and the base facts that would narrow them; what is left without any is for experts."""

    low: Decimal
    high: Decimal
    missing: tuple[str, ...] = ()


Row = Callable[[Item], Marks]


def total(score: Score, facts: Reading, row: Row) -> Marks:
    """The interval of the whole table; a score given directly stands in place of it. `row` gives the marks of an item.

    Of a score given as "at least", the most is what the table allows.
    """
    given = facts.get(score.field)
    if isinstance(given, Known) and isinstance(given.value, Interval):
        low, high = given.value.low, given.value.high
        return Marks(low, high if high < INF else max(low, sum((item.max for item in score.items), ZERO)))
    return _sum([row(item) for item in score.items])


def demands(score: Score, facts: Reading, row: Row) -> list[tuple[Marks, str, Decimal]]:
    """What must be reached: the whole, and each row with a least of its own. A score given whole stands alone."""
    whole = (total(score, facts, row), score.op, score.value)
    if isinstance(facts.get(score.field), Known):
        return [whole]
    return [whole, *((row(item), ">=", item.least) for item in score.items if item.least is not None)]


def marks(item: Item, facts: Reading) -> Marks:
    """The points of one item, with the items below it."""
    return marked(item, facts, lambda part: marks(part, facts))


def marked(item: Item, facts: Reading, row: Row) -> Marks:
    """As `marks`, the items below by `row`."""
    match item.kind:
        case "expert":
            return Marks(ZERO, item.max)
        case "sum":
            whole = _sum([row(part) for part in item.items])
            return Marks(min(whole.low, item.max), min(whole.high, item.max), whole.missing)
        case "best":
            parts = [row(part) for part in item.items]
            low, high = max(part.low for part in parts), max(part.high for part in parts)
            wanted = () if low == high else tuple(name for part in parts if part.high > low for name in part.missing)
            return Marks(low, high, tuple(dict.fromkeys(wanted)))
    return _banded(item, facts)


def _banded(item: Item, facts: Reading) -> Marks:
    """Bands top down: those that may be the first hit. A band's own range is for experts to settle."""
    low, high = item.max, ZERO
    missing: list[str] = []
    for band in item.bands:
        name = band.when.field or item.field or ""
        found = facts.get(name)
        hit = _hit(band, found)
        if hit is False:
            continue
        low, high = min(low, band.points[0]), max(high, band.points[1])
        if hit is True:
            break
        missing.extend(found.missing if isinstance(found, Unknown) else found.missing or facts.rests_on(name))
    return Marks(low, high, tuple(dict.fromkeys(missing)))


def _hit(band: Band, found: Known | Unknown) -> bool | None:
    if band.when.otherwise:
        return True
    if isinstance(found, Unknown):
        return None
    hit: bool | None = True
    for op, bound in band.when.bounds:
        answer = holds(found, op, bound)
        if answer is False:
            return False
        hit = hit and answer
    return hit


def _sum(parts: list[Marks]) -> Marks:
    low = high = ZERO
    missing: list[str] = []
    for part in parts:
        low, high = low + part.low, high + part.high
        missing.extend(part.missing)
    return Marks(low, high, tuple(dict.fromkeys(missing)))

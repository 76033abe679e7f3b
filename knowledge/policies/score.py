"""Score tables over partly known facts: each item gives [low, high], and so does the sum."""

from dataclasses import dataclass
from decimal import Decimal

from knowledge.policies.facts import Facts, Known, Unknown, holds
from knowledge.policies.interval import Interval
from knowledge.policies.programme import Band, Item, Score

ZERO = Decimal(0)


@dataclass(frozen=True)
class Marks:
    """Points reachable, and the base facts that would narrow them; what is left without any is for experts."""

    low: Decimal
    high: Decimal
    missing: tuple[str, ...] = ()


def total(score: Score, facts: Facts) -> Marks:
    """The interval of the whole table; a score given directly stands in place of it."""
    given = facts.values.get(score.field)
    if isinstance(given, Known) and isinstance(given.value, Interval):
        return Marks(given.value.low, given.value.high)
    return _sum([marks(item, facts) for item in score.items])


def demands(score: Score, facts: Facts) -> list[tuple[Marks, str, Decimal]]:
    """What must be reached: the whole, and each row with a least of its own. A score given whole stands alone."""
    whole = (total(score, facts), score.op, score.value)
    if isinstance(facts.values.get(score.field), Known):
        return [whole]
    parts = [(marks(item, facts), ">=", item.least) for item in score.items if item.least is not None]
    return [whole, *parts]


def marks(item: Item, facts: Facts) -> Marks:
    match item.kind:
        case "expert":
            return Marks(ZERO, item.max)
        case "sum":
            whole = _sum([marks(part, facts) for part in item.items])
            return Marks(min(whole.low, item.max), min(whole.high, item.max), whole.missing)
        case "best":
            parts = [marks(part, facts) for part in item.items]
            low, high = max(part.low for part in parts), max(part.high for part in parts)
            wanted = () if low == high else tuple(name for part in parts if part.high > low for name in part.missing)
            return Marks(low, high, tuple(dict.fromkeys(wanted)))
    return _banded(item, facts)


def _banded(item: Item, facts: Facts) -> Marks:
    """Bands top down: those that may be the first hit. A band's own range is for experts to settle."""
    low, high = item.max, ZERO
    missing: list[str] = []
    for band in item.bands:
        hit = _hit(band, item, facts)
        if hit is False:
            continue
        low, high = min(low, band.points[0]), max(high, band.points[1])
        if hit is True:
            break
        name = band.when.field or item.field or ""
        found = facts.get(name)
        missing.extend(found.missing if isinstance(found, Unknown) else found.missing or facts.rests_on(name))
    return Marks(low, high, tuple(dict.fromkeys(missing)))


def _hit(band: Band, item: Item, facts: Facts) -> bool | None:
    if band.when.otherwise:
        return True
    found = facts.get(band.when.field or item.field or "")
    if not isinstance(found, Known):
        return None
    answers = [holds(found, op, bound) for op, bound in band.when.bounds]
    if any(answer is False for answer in answers):
        return False
    return True if all(answer is True for answer in answers) else None


def _sum(parts: list[Marks]) -> Marks:
    return Marks(
        sum((part.low for part in parts), ZERO),
        sum((part.high for part in parts), ZERO),
        tuple(dict.fromkeys(name for part in parts for name in part.missing)),
    )

"""Score tables over a whole table of companies: each item gives [low, high] in whole millionths of a point."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import ibis

from knowledge.companies.screening.quantity import Bounds
from knowledge.companies.screening.sheet import NO, SCALE, YES, Column, Sheet, all_of, any_of
from knowledge.companies.screening.told import Bound, Told
from knowledge.policies.programme import Item, Programme, Score, walk

Test = tuple[str, str, Bound]
ANY = "*"


@dataclass(frozen=True)
class Marks:
    low: Column
    high: Column
    missing: Mapping[str, Column] = field(default_factory=dict)


@dataclass
class Table:
    """What is known of every row so far: fields, the tests on them (each written once), and the marks of items.

    Without `detailed` it's only told whether anything is missing, not what.
    """

    sheet: Sheet
    told: Mapping[str, Told]
    detailed: bool = True
    tests: dict[Test, str] = field(default_factory=dict)
    named: dict[int, tuple[str, str, dict[str, str]]] = field(default_factory=dict)

    def marks_of(self, item: Item) -> Marks:
        """The marks of an item of a level that is done."""
        low, high, missing = self.named[id(item)]
        return Marks(self.sheet[low], self.sheet[high], {name: self.sheet[flag] for name, flag in missing.items()})


def fields_of(programme: Programme) -> Iterator[str]:
    """Every field that a verdict rests on."""
    for name, _, _ in tests_of(programme):
        yield name
    for node in walk(programme.conditions):
        if node.switch:
            yield node.switch
    if programme.score:
        yield programme.score.field


def tests_of(programme: Programme) -> Iterator[Test]:
    """Every comparison in conditions, cases and bands."""
    for node in walk(programme.conditions):
        if node.field is not None and node.op != "manual" and node.value is not None:
            yield node.field, node.op, node.value
        for case in node.cases:
            for op, bound in case.when.bounds:
                yield case.when.field or node.switch or "", op, bound
    for item in programme.score.items if programme.score else ():
        yield from _tests_of(item)


def _tests_of(item: Item) -> Iterator[Test]:
    for band in item.bands:
        for op, bound in band.when.bounds:
            yield band.when.field or item.field or "", op, bound
    for part in item.items:
        yield from _tests_of(part)


def tested(table: Table, name: str, op: str, bound: Bound) -> Column:
    return table.sheet[table.tests[_key(name, op, bound)]]


def put_tests(table: Table, programmes: tuple[Programme, ...]) -> None:
    """Each comparison as a column of the next stage, however many rules make it."""
    for programme in programmes:
        for name, op, bound in tests_of(programme):
            key = _key(name, op, bound)
            if key not in table.tests:
                table.tests[key] = table.sheet.put(table.told[name].test(table.sheet, op, bound), "t")


def _key(name: str, op: str, bound: Bound) -> Test:
    return name, op, f"{type(bound).__name__}:{bound}"


def wanted(table: Table, name: str) -> dict[str, Column]:
    """Base facts that would settle the field, and where."""
    flags = {need: table.sheet[column] for need, column in table.told[name].asks.items()}
    return flags if table.detailed else {ANY: any_of(list(flags.values()))}


def put_marks(table: Table, programmes: tuple[Programme, ...], keep: Callable[[str], bool]) -> None:
    """The marks of every item, each level of them a stage of the sheet."""
    levels: dict[int, list[Item]] = {}
    for programme in programmes:
        for item in programme.score.items if programme.score else ():
            for one in _items(item):
                levels.setdefault(_height(one), []).append(one)
    for level in sorted(levels):
        for item in levels[level]:
            found = marks(item, table)
            names = {need: table.sheet.put(flag, "w") for need, flag in found.missing.items()}
            table.named[id(item)] = (table.sheet.put(found.low, "s"), table.sheet.put(found.high, "s"), names)
        table.sheet.turn(keep)


def _items(item: Item) -> Iterator[Item]:
    yield item
    for part in item.items:
        yield from _items(part)


def _height(item: Item) -> int:
    return 1 + max(map(_height, item.items), default=0)


def total_marks(score: Score, table: Table) -> Marks:
    """The interval of the whole table; a score given directly stands in place of it."""
    whole = _sum([table.marks_of(item) for item in score.items])
    given = table.told[score.field]
    leaf = given.quantity
    if not isinstance(leaf, Bounds):
        return whole
    known = leaf.is_known(table.sheet)
    low, high = table.sheet[leaf.low.num], table.sheet[leaf.high.num]
    return Marks(
        ibis.ifelse(known, ibis.coalesce(low, -NO_END), whole.low),
        ibis.ifelse(known, ibis.coalesce(high, NO_END), whole.high),
        {name: flag & ~known for name, flag in whole.missing.items()},
    )


NO_END = ibis.literal(10**15).cast("int64")


def marks(item: Item, table: Table) -> Marks:
    most = _points(item.max)
    match item.kind:
        case "expert":
            return Marks(_points(Decimal(0)), most)
        case "sum":
            whole = _sum([table.marks_of(part) for part in item.items])
            return Marks(ibis.least(whole.low, most), ibis.least(whole.high, most), whole.missing)
        case "best":
            parts = [table.marks_of(part) for part in item.items]
            low = _extreme(ibis.greatest, [part.low for part in parts])
            high = _extreme(ibis.greatest, [part.high for part in parts])
            useful = [{k: v & (part.high > low) for k, v in part.missing.items()} for part in parts]
            return Marks(low, high, {k: v & (low != high) for k, v in _merged(useful).items()})
    return _banded(item, table)


def _extreme(choose: object, columns: list[Column]) -> Column:
    return columns[0] if len(columns) == 1 else choose(*columns)  # type: ignore[operator]


def _banded(item: Item, table: Table) -> Marks:
    """Bands top down: those that may be the first hit. A band's own range is for experts to settle."""
    lows, highs = [_points(item.max)], [_points(Decimal(0))]
    missing: list[dict[str, Column]] = []
    above: Column = YES
    for band in item.bands:
        name = band.when.field or item.field or ""
        hit = all_of([tested(table, name, op, bound) for op, bound in band.when.bounds])
        may = above & hit.fill_null(YES)
        lows.append(ibis.ifelse(may, _points(band.points[0]), lows[0]))
        highs.append(ibis.ifelse(may, _points(band.points[1]), highs[0]))
        if not band.when.otherwise:
            unsure = above & hit.isnull()
            missing.append({need: unsure & flag for need, flag in wanted(table, name).items()})
        above = above & ~hit.fill_null(NO)
    return Marks(ibis.least(*lows), ibis.greatest(*highs), _merged(missing))


def _points(points: Decimal) -> Column:
    return ibis.literal(int(points * SCALE)).cast("int64")


def _sum(parts: list[Marks]) -> Marks:
    zero = ibis.literal(0).cast("int64")
    low, high = sum((part.low for part in parts), zero), sum((part.high for part in parts), zero)
    return Marks(low, high, _merged([dict(part.missing) for part in parts]))


def _merged(parts: list[dict[str, Column]]) -> dict[str, Column]:
    found: dict[str, list[Column]] = {}
    for part in parts:
        for name, flag in part.items():
            found.setdefault(name, []).append(flag)
    return {name: any_of(flags) for name, flags in found.items()}

"""Conditions over a whole table in three values: the tree that `knowledge.policies.judgement` walks, as columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ibis

from knowledge.companies.screening.marks import Table, tested, total_marks, wanted
from knowledge.companies.screening.sheet import NO, OPEN, SCALE, YES, Column, all_of, any_of, pick
from knowledge.policies.programme import UNVERIFIED, Case, Node, Programme, Score, walk

Flags = Mapping[str, Column]


@dataclass(frozen=True)
class Judged:
    """`value`: met, unmet or null. `unknown`: a null that a fact would settle; else an expert must. `missing`: base
    facts and where each would help. `failed`: fields and where each stands in the way.
    """

    value: Column
    unknown: Column
    missing: Flags = field(default_factory=dict)
    failed: Flags = field(default_factory=dict)


class Tree:
    """The groups of several programmes judged from the leaves up, each level of them a stage of the sheet."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._named: dict[int, Judged] = {}  # of names of columns

    def judge_all(self, programmes: Iterable[Programme]) -> dict[str, Judged]:
        """Each programme: all of its conditions."""
        wholes = {one.id: Node.model_construct(all=one.conditions) for one in programmes}
        levels: dict[int, list[tuple[Node, Programme]]] = {}
        for programme in programmes:
            for node in (*walk(programme.conditions), wholes[programme.id]):
                if height(node):
                    levels.setdefault(height(node), []).append((node, programme))
        for level in sorted(levels):
            for node, programme in levels[level]:
                self._named[id(node)] = self._put(self._group(node, programme))
            self.table.sheet.turn()
        return {name: self._at(node) for name, node in wholes.items()}

    def judge(self, node: Node) -> Judged:
        """One condition or group of a level that is done."""
        return self._at(node) if height(node) else _one(node, self.table)

    def _group(self, node: Node, programme: Programme) -> Judged:
        if node.all is not None:
            return every([self.judge(child) for child in node.all])
        if node.any is not None:
            return some([self.judge(child) for child in node.any])
        if node.switch is not None:
            judged = [(self.judge(case.require), may) for case, may in applicable(node, self.table)]
            return _switched(node, judged, self.table)
        assert programme.score is not None
        return _scored(programme.score, self.table)

    def _put(self, one: Judged) -> Judged:
        put, detailed = self.table.sheet.put, self.table.detailed
        missing = {name: put(flag, "m") for name, flag in one.missing.items()} if detailed else {}
        failed = {name: put(flag, "f") for name, flag in one.failed.items()} if detailed else {}
        return Judged(put(one.value, "j"), put(one.unknown, "u"), missing, failed)

    def _at(self, node: Node) -> Judged:
        one, sheet = self._named[id(node)], self.table.sheet
        missing = {name: sheet[flag] for name, flag in one.missing.items()}
        return Judged(sheet[one.value], sheet[one.unknown], missing, {k: sheet[v] for k, v in one.failed.items()})


def height(node: Node) -> int:
    """0 for one field, 1 for a score or a group of fields, and so on."""
    below = (*(node.all or ()), *(node.any or ()), *(case.require for case in node.cases))
    return 1 + max(map(height, below)) if below else int(node.score)


def _one(node: Node, table: Table) -> Judged:
    assert node.field is not None
    if node.op == "manual" or node.confidence in UNVERIFIED:
        return Judged(OPEN, NO)
    assert node.value is not None
    value = tested(table, node.field, node.op, node.value)
    return Judged(value, value.isnull(), wanted(table, node.field), {node.field: (~value).fill_null(NO)})


def every(parts: list[Judged]) -> Judged:
    return _open(all_of([part.value for part in parts]), parts)


def some(parts: list[Judged]) -> Judged:
    """What one member fails is no matter while another may stand in for it."""
    whole = _open(any_of([part.value for part in parts]), parts)
    unmet = (~whole.value).fill_null(NO)
    return Judged(whole.value, whole.unknown, whole.missing, {k: v & unmet for k, v in whole.failed.items()})


def _open(value: Column, parts: list[Judged]) -> Judged:
    unknown = value.isnull() & any_of([part.unknown for part in parts])
    missing = _union((name, part.unknown & flag) for part in parts for name, flag in part.missing.items())
    return Judged(value, unknown, missing, _union(item for part in parts for item in part.failed.items()))


def _union(items: Iterable[tuple[str, Column]]) -> dict[str, Column]:
    found: dict[str, list[Column]] = {}
    for name, flag in items:
        found.setdefault(name, []).append(flag)
    return {name: any_of(flags) for name, flags in found.items()}


def _scored(score: Score, table: Table) -> Judged:
    """The whole, and each row with a least of its own; a score given whole stands alone."""
    given = table.told[score.field].is_known(table.sheet)
    demands = [(total_marks(score, table), score.op, score.value)]
    demands += [(table.marks_of(item), ">=", item.least) for item in score.items if item.least is not None]
    parts = []
    for index, (marks, op, least) in enumerate(demands):
        bound = int(least * SCALE)
        reached = (marks.low >= bound) if op == ">=" else (marks.low > bound)
        beyond = (marks.high < bound) if op == ">=" else (marks.high <= bound)
        value = pick((reached, YES), (beyond, NO), other=OPEN)
        value = value if index == 0 else ibis.ifelse(given, YES, value)
        unknown = value.isnull() & any_of(list(marks.missing.values()))
        parts.append(Judged(value, unknown, marks.missing, {score.field: (~value).fill_null(NO)}))
    return every(parts)


def _switched(node: Node, cases: list[tuple[Judged, Column]], table: Table) -> Judged:
    """The cases that may apply; they must agree to decide."""
    some_case = any_of([may for _, may in cases])

    def agree(read: list[Column]) -> Column:
        return some_case & all_of([~may | holds for (_, may), holds in zip(cases, read, strict=True)])

    met = agree([one.value.fill_null(NO) for one, _ in cases])
    unmet = agree([(~one.value).fill_null(NO) for one, _ in cases])
    manual = agree([one.value.isnull() & ~one.unknown for one, _ in cases])
    value = pick((met, YES), (unmet, NO), other=OPEN)
    several = sum((may.cast("int64") for _, may in cases), ibis.literal(0).cast("int64")) > 1
    assert node.switch is not None
    own = [(name, flag & several) for name, flag in wanted(table, node.switch).items()]
    missing = _union([*own, *((k, may & one.unknown & v) for one, may in cases for k, v in one.missing.items())])
    failed = _union((k, may & unmet & v) for one, may in cases for k, v in one.failed.items())
    return Judged(value, value.isnull() & ~manual, missing, failed)


def applicable(node: Node, table: Table) -> list[tuple[Case, Column]]:
    """Each case and where it may apply: tried from the top, like bands."""
    found: list[tuple[Case, Column]] = []
    above: Column = YES
    for case in node.cases:
        name = case.when.field or node.switch or ""
        hit = all_of([tested(table, name, op, bound) for op, bound in case.when.bounds])
        found.append((case, above & hit.fill_null(YES)))
        above = above & ~hit.fill_null(NO)
    return found

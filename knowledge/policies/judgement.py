"""Conditions in three values over partly known facts, after Kleene; what only an expert can settle is `manual`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.policies.facts import Facts, Known, Reading, Supposed, Unknown, holds
from knowledge.policies.interval import Interval, compare
from knowledge.policies.once import once
from knowledge.policies.programme import UNVERIFIED, Case, Item, Node, Programme
from knowledge.policies.score import Marks, demands, marked, total
from knowledge.policies.values import Result


@dataclass(frozen=True)
class Judged:
    """`missing` names base facts that would settle an unknown; empty once it is settled."""

    result: Result
    missing: tuple[str, ...] = ()


MET, UNMET, MANUAL = Judged("met"), Judged("unmet"), Judged("manual")
DECIDED: dict[Result, Judged] = {"met": MET, "unmet": UNMET}


class Judgement:
    """One programme over one company's facts: each condition and each row of the score table is judged once.

    `supposing` puts another fact in place of one, and judges again only what tests it.
    """

    def __init__(self, programme: Programme, facts: Reading) -> None:
        self.programme, self.facts = programme, facts
        self._judged: dict[int, Judged] = {}
        self._marks: dict[int, Marks] = {}

    def supposing(self, name: str, fact: Known) -> "Judgement":
        found = Judgement(self.programme, Supposed(self.facts, name, fact))
        found._judged, found._marks = self._judged.copy(), self._marks.copy()
        for part in _testing(self.programme).get(name, ()):
            found._judged.pop(part, None)
            found._marks.pop(part, None)
        return found

    def whole(self) -> Judged:
        """All of the conditions."""
        return every(self.of(node) for node in self.programme.conditions)

    def of(self, node: Node) -> Judged:
        """The result of one condition or group of the programme."""
        found = self._judged.get(id(node))
        if found is None:
            found = self._judged[id(node)] = self._judge(node)
        return found

    def row(self, item: Item) -> Marks:
        """The points of one row of the score table."""
        found = self._marks.get(id(item))
        if found is None:
            found = self._marks[id(item)] = marked(item, self.facts, self.row)
        return found

    def total(self) -> Marks:
        """The points of the whole score table."""
        assert self.programme.score is not None
        return total(self.programme.score, self.facts, self.row)

    def scored(self) -> Judged:
        """Whether the score table is passed."""
        assert self.programme.score is not None
        return every(
            _reached(marks, op, least) for marks, op, least in demands(self.programme.score, self.facts, self.row)
        )

    def _judge(self, node: Node) -> Judged:
        if node.all is not None:
            return every(map(self.of, node.all))
        if node.any is not None:
            return some(map(self.of, node.any))
        if node.switch is not None:
            return self._switched(node)
        return self.scored() if node.score else judge_field(node, self.facts)

    def _switched(self, node: Node) -> Judged:
        """The cases that may apply; they must agree to decide."""
        cases = applicable(node, self.facts)
        judged = [self.of(case.require) for case in cases]
        results = {one.result for one in judged}
        if len(results) == 1 and results != {"unknown"}:
            return judged[0]
        missing = [name for one in judged for name in one.missing]
        if len(cases) > 1:
            assert node.switch is not None
            found = self.facts.get(node.switch)
            own = found.missing if isinstance(found, Unknown) else found.missing or self.facts.rests_on(node.switch)
            missing = [*own, *missing]
        return Judged("unknown", tuple(dict.fromkeys(missing)))


@once
def tested(programme: Programme) -> dict[int, tuple[str, ...]]:
    """By the identity of a condition or a row of the score table: every field it tests, in the order of the rule."""
    found: dict[int, tuple[str, ...]] = {}
    score = programme.score
    for item in score.items if score else ():
        _note_row(item, found)
    for node in programme.conditions:
        _note(node, programme, found)
    return found


@once
def _testing(programme: Programme) -> dict[str, tuple[int, ...]]:
    """By field: the conditions and rows that test it, and those they are part of."""
    found: dict[str, list[int]] = {}
    for part, names in tested(programme).items():
        for name in names:
            found.setdefault(name, []).append(part)
    return {name: tuple(parts) for name, parts in found.items()}


def _note(node: Node, programme: Programme, found: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    parts = (*(node.all or ()), *(node.any or ()), *(case.require for case in node.cases))
    names = [name for name in (node.field, node.switch, *(case.when.field for case in node.cases)) if name]
    if node.score and programme.score is not None:
        names.append(programme.score.field)
        names += [name for item in programme.score.items for name in found[id(item)]]
    for part in parts:
        names += _note(part, programme, found)
    found[id(node)] = tuple(dict.fromkeys(names))
    return found[id(node)]


def _note_row(item: Item, found: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    names = [name for name in (item.field, *(band.when.field for band in item.bands)) if name]
    for part in item.items:
        names += _note_row(part, found)
    found[id(item)] = tuple(dict.fromkeys(names))
    return found[id(item)]


def judge_all(programme: Programme, facts: Facts) -> Judged:
    """The whole programme: all of its conditions."""
    return Judgement(programme, facts).whole()


def judge_field(node: Node, facts: Reading) -> Judged:
    """One field. A figure nobody has verified decides nothing."""
    assert node.field is not None
    if node.op == "manual" or node.confidence in UNVERIFIED:
        return MANUAL
    found = facts.get(node.field)
    if isinstance(found, Unknown):
        return Judged("unknown", found.missing)
    assert node.value is not None
    answer = holds(found, node.op, node.value)
    if answer is None:
        return Judged("unknown", found.missing or facts.rests_on(node.field))
    return MET if answer else UNMET


def _reached(marks: Marks, op: str, least: Decimal) -> Judged:
    answer = compare(Interval(marks.low, marks.high), op, least)
    if answer is not None:
        return MET if answer else UNMET
    return Judged("unknown", marks.missing) if marks.missing else MANUAL


def applicable(node: Node, facts: Reading) -> Sequence[Case]:
    """The cases of a switch that may apply to what is known."""
    assert node.switch is not None
    found: list[Case] = []
    for case in node.cases:
        answers = [_applies(case.when.field or node.switch, op, bound, facts) for op, bound in case.when.bounds]
        if any(answer is False for answer in answers):
            continue
        found.append(case)
        if all(answer is True for answer in answers):
            break  # cases are tried from the top, like bands; `else` comes last
    return found


def _applies(name: str, op: str, bound: Decimal | bool | str, facts: Reading) -> bool | None:
    known = facts.get(name)
    return holds(known, op, bound) if isinstance(known, Known) else None


def every(parts: Iterable[Judged]) -> Judged:
    return _joined(parts, "unmet", "met")


def some(parts: Iterable[Judged]) -> Judged:
    return _joined(parts, "met", "unmet")


def _joined(parts: Iterable[Judged], deciding: Result, settled: Result) -> Judged:
    """One part that decides decides the whole; else what is unknown is told, then what is for experts."""
    found = list(parts)
    results = [part.result for part in found]
    if deciding in results:
        return DECIDED[deciding]
    if "unknown" in results:
        missing: list[str] = []
        for part in found:
            if part.result == "unknown":
                missing += part.missing
        return Judged("unknown", tuple(dict.fromkeys(missing)))
    return MANUAL if "manual" in results else DECIDED[settled]

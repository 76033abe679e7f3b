"""Conditions in three values over partly known facts, after Kleene; what only an expert can settle is `manual`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.policies.facts import Facts, Known, Unknown, holds
from knowledge.policies.interval import Interval, compare
from knowledge.policies.programme import UNVERIFIED, Case, Node, Programme
from knowledge.policies.score import Marks, demands
from knowledge.policies.values import Result


@dataclass(frozen=True)
class Judged:
    """`missing` names base facts that would settle an unknown; empty once it is settled."""

    result: Result
    missing: tuple[str, ...] = ()


def judge(node: Node, programme: Programme, facts: Facts) -> Judged:
    """The result of one condition or group."""
    if node.all is not None:
        return every(judge(child, programme, facts) for child in node.all)
    if node.any is not None:
        return some(judge(child, programme, facts) for child in node.any)
    if node.switch is not None:
        return _switched(node, programme, facts)
    if node.score:
        return _scored(programme, facts)
    return judge_field(node, facts)


def judge_all(programme: Programme, facts: Facts) -> Judged:
    """The whole programme: all of its conditions."""
    return every(judge(node, programme, facts) for node in programme.conditions)


def judge_field(node: Node, facts: Facts) -> Judged:
    """One field. A figure nobody has verified decides nothing."""
    assert node.field is not None
    if node.op == "manual" or node.confidence in UNVERIFIED:
        return Judged("manual")
    found = facts.get(node.field)
    if isinstance(found, Unknown):
        return Judged("unknown", found.missing)
    assert node.value is not None
    answer = holds(found, node.op, node.value)
    if answer is None:
        return Judged("unknown", found.missing or facts.rests_on(node.field))
    return Judged("met" if answer else "unmet")


def _scored(programme: Programme, facts: Facts) -> Judged:
    score = programme.score
    assert score is not None
    return every(_reached(marks, op, least) for marks, op, least in demands(score, facts))


def _reached(marks: Marks, op: str, least: Decimal) -> Judged:
    answer = compare(Interval(marks.low, marks.high), op, least)
    if answer is not None:
        return Judged("met" if answer else "unmet")
    return Judged("unknown", marks.missing) if marks.missing else Judged("manual")


def _switched(node: Node, programme: Programme, facts: Facts) -> Judged:
    """The cases that may apply; they must agree to decide."""
    cases = applicable(node, facts)
    judged = [judge(case.require, programme, facts) for case in cases]
    results = {one.result for one in judged}
    if len(results) == 1 and results != {"unknown"}:
        return judged[0]
    missing = [name for one in judged for name in one.missing]
    if len(cases) > 1:
        assert node.switch is not None
        found = facts.get(node.switch)
        own = found.missing if isinstance(found, Unknown) else found.missing or facts.rests_on(node.switch)
        missing = [*own, *missing]
    return Judged("unknown", tuple(dict.fromkeys(missing)))


def applicable(node: Node, facts: Facts) -> Sequence[Case]:
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


def _applies(name: str, op: str, bound: Decimal | bool | str, facts: Facts) -> bool | None:
    known = facts.get(name)
    return holds(known, op, bound) if isinstance(known, Known) else None


def every(parts: Iterable[Judged]) -> Judged:
    found = list(parts)
    if any(part.result == "unmet" for part in found):
        return Judged("unmet")
    return _open(found, "met")


def some(parts: Iterable[Judged]) -> Judged:
    found = list(parts)
    if any(part.result == "met" for part in found):
        return Judged("met")
    return _open(found, "unmet")


def _open(found: list[Judged], settled: Result) -> Judged:
    if any(part.result == "unknown" for part in found):
        missing = dict.fromkeys(name for part in found if part.result == "unknown" for name in part.missing)
        return Judged("unknown", tuple(missing))
    return Judged("manual" if any(part.result == "manual" for part in found) else settled)

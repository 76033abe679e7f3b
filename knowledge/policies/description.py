"""Conditions as results for a person and a program: need, what is so, gap, source; either/or groups and cases told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.policies import wording
from knowledge.policies.facts import Facts, Known, Unknown
from knowledge.policies.fields import label
from knowledge.policies.interval import Interval
from knowledge.policies.judgement import Judged, Judgement, applicable
from knowledge.policies.once import once
from knowledge.policies.programme import UNVERIFIED, Case, Node, Programme, walk
from knowledge.policies.values import CitedDocument, ConditionResult, Result


@dataclass(frozen=True)
class _Place:
    """Where in the tree a condition stands: the either/or it belongs to, and the case of a switch."""

    group: str | None = None
    group_result: Result | None = None
    case: str | None = None


@dataclass(frozen=True)
class _Words:
    """What is told of a condition whatever the company."""

    need: str
    unit: str
    document: CitedDocument | None


TOP = _Place()


def describe(judgement: Judgement, day: date) -> Iterator[ConditionResult]:
    """Every condition, in the order of the rule; of a switch the case or cases that may apply, as one."""
    for node in judgement.programme.conditions:
        yield from _described(node, judgement, day, TOP)


def explain(
    programme: Programme, field: str, facts: Facts, day: date, ways: frozenset[int] = frozenset()
) -> Iterable[ConditionResult]:
    """What the programme asks of a field, or of the fields that rest on it; each case that may apply by itself.

    Of numbered ways (第四套标准) only those in `ways`, where it names any; which one a need belongs to is told.
    """
    judgement = Judgement(programme, facts)
    for node in programme.conditions:
        yield from _explained(node, judgement, field, day, ways)


def numbered_ways(programme: Programme) -> tuple[str, ...]:
    """What the numbered ways of a programme are called, in their order: 第一套标准, 第二套标准…"""
    return next(
        (
            tuple(called(node, number) for number in range(1, len(node.any) + 1))
            for node in programme.conditions
            if node.any is not None and node.each is not None
        ),
        (),
    )


def called(node: Node, number: int) -> str:
    """A numbered way by its name: 第四套标准."""
    assert node.each is not None
    return node.each.format("一二三四五六七八九"[number - 1])


def _described(node: Node, judgement: Judgement, day: date, place: _Place) -> Iterator[ConditionResult]:
    if node.all is not None or node.any is not None:
        if node.any is not None:
            place = _within(node, judgement, place)
        for child in (*(node.all or ()), *(node.any or ())):
            yield from _described(child, judgement, day, place)
    elif node.switch is not None:
        yield from _merged(node, judgement, day, place)
    elif node.score:
        yield _score_result(judgement, place)
    else:
        yield _field_result(node, judgement, day, place)


def _within(node: Node, judgement: Judgement, place: _Place) -> _Place:
    """The place inside an either/or. One inside another stands in nobody's way while it may still be met."""
    result = judgement.of(node).result
    if place.group is None:
        return _Place(node.group or "满足其中一项", result, place.case)
    return _Place(node.group or place.group, place.group_result if result == "unmet" else result, place.case)


def _merged(node: Node, judgement: Judgement, day: date, place: _Place) -> Iterator[ConditionResult]:
    """The cases that may apply: one condition when they test one field, with every need that is still possible."""
    cases = applicable(node, judgement.facts)
    places = [_Place(place.group, place.group_result, case.label) for case in cases]
    per_case = [
        list(_described(case.require, judgement, day, where)) for case, where in zip(cases, places, strict=True)
    ]
    fields = {tuple(result.field for result in results) for results in per_case}
    judged = judgement.of(node)
    if len(per_case) == 1 or len(fields) > 1 or any(len(results) != 1 for results in per_case):
        # Of several cases only one will apply, so none of their conditions stands in the way by itself.
        open_case = {"group": f"视{label(node.switch or '')}而定", "group_result": judged.result}
        for result in (one for results in per_case for one in results):
            if len(per_case) == 1 or (result.group and judged.result == "unmet"):
                yield result
            elif result.group:
                yield result.model_copy(update={"group_result": judged.result} if result.blocks else {})
            else:
                yield result.model_copy(update=open_case)
        return
    results = [results[0] for results in per_case]
    need = "；".join(result.need for result in results)
    gap = next((result.gap for result in results if result.gap), None) if judged.result == "unmet" else None
    yield results[0].model_copy(update={"need": need, "result": judged.result, "gap": gap})


def _field_result(node: Node, judgement: Judgement, day: date, place: _Place) -> ConditionResult:
    assert node.field is not None
    programme, words = judgement.programme, _words(judgement.programme)[id(node)]
    found, judged = judgement.facts.get(node.field), judgement.of(node)
    return ConditionResult(
        field=node.field,
        label=node.label or node.field,
        op=node.op,
        need=f"{words.need}（{place.case}）" if place.case else words.need,
        actual=wording.actual(found),
        shown=wording.shown(found, words.unit, negated=node.value is False),
        unit=words.unit or None,
        result=judged.result,
        gap=_gap(node, found, judged, programme, day),
        group=place.group,
        group_result=place.group_result,
        document=words.document,
        confidence=node.confidence or programme.confidence,
    )


@once
def _words(programme: Programme) -> dict[int, _Words]:
    """By the identity of the condition of a field."""
    return {
        id(node): _Words(wording.need(node), wording.unit_of(node), _cited(programme, node.document))
        for node in walk(programme.conditions)
        if node.field is not None
    }


def _gap(node: Node, found: Known | Unknown, judged: Judged, programme: Programme, day: date) -> str | None:
    if node.confidence in UNVERIFIED:
        return f"这一条的标准没有核实，请向{programme.issuer}确认"
    if judged.result == "unmet":
        return wording.gap(node, found, day)
    if judged.result == "unknown" and isinstance(found, Unknown) and found.detail:
        return f"待提供：{found.detail}" if found.missing else found.detail
    return None


def _score_result(judgement: Judgement, place: _Place) -> ConditionResult:
    programme = judgement.programme
    score = programme.score
    assert score is not None
    marks, judged = judgement.total(), judgement.scored()
    lacking = score.value - marks.high
    gap = f"最高只能到 {wording.tidy(marks.high, 2)} 分，还差 {wording.tidy(lacking, 2)} 分" if lacking > 0 else None
    if lacking == 0 and score.op == ">":
        gap = f"最高只能到 {wording.tidy(marks.high, 2)} 分，恰好等于不算"
    exact = marks.low == marks.high
    return ConditionResult(
        field=score.field,
        label=score.label,
        op=score.op,
        need=f"{wording.MORE[score.op]} {wording.tidy(score.value, 2)} 分",
        actual=marks.low if exact else {"low": float(marks.low), "high": float(marks.high)},
        shown=wording.span(Interval(marks.low, marks.high), "分"),
        unit="分",
        result=judged.result,
        gap=gap if judged.result == "unmet" else None,
        group=place.group,
        group_result=place.group_result,
        document=_cited(programme, score.document),
        confidence=programme.confidence,
    )


def _explained(
    node: Node, judgement: Judgement, field: str, day: date, ways: frozenset[int], place: _Place = TOP
) -> Iterator[ConditionResult]:
    programme, facts = judgement.programme, judgement.facts
    if node.switch is not None:
        tests = {one.field for case in node.cases for one in walk((case.require,)) if one.field}
        if field in tests | {node.switch} or any(field in facts.rests_on(name) for name in tests | {node.switch}):
            for case in applicable(node, facts):
                yield from _described(case.require, judgement, day, _Place(case=_only(case, node)))
    elif node.score:
        assert programme.score is not None
        if field == programme.score.field:
            yield _score_result(judgement, TOP)
    elif node.field is not None:
        if field == node.field or field in facts.rests_on(node.field):
            yield _field_result(node, judgement, day, place)
    else:
        for number, child in enumerate((*(node.all or ()), *(node.any or ())), 1):
            if node.each is None:
                yield from _explained(child, judgement, field, day, ways, place)
            elif not ways or number in ways:
                yield from _explained(child, judgement, field, day, ways, _Place(case=called(node, number)))


def _only(case: Case, node: Node) -> str | None:
    return case.label if len(node.cases) > 1 else None


def _cited(programme: Programme, doc_no: str | None) -> CitedDocument | None:
    for document in programme.documents:
        if document.doc_no == (doc_no or programme.documents[0].doc_no):
            return CitedDocument(doc_no=document.doc_no, clause=document.clause, url=document.url)
    return None

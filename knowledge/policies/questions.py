"""The next question: what one person can answer at once and what decides most, by trying out answers.

For each open field the answers that matter (either side of each threshold and band edge) are tried on the programme,
weighted by how likely each is; a question's impact is the share of answers that decide the verdict.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from knowledge.policies.facts import Bound, Fact3, Facts, Known, Unknown, holds
from knowledge.policies.fields import find_field, label
from knowledge.policies.interval import Interval, point
from knowledge.policies.judgement import Judged, Judgement, tested
from knowledge.policies.once import once
from knowledge.policies.programme import Item, Programme, walk
from knowledge.policies.strict import load
from knowledge.policies.values import Frozen, NextQuestion

MOST = 3
STEP = Decimal("0.01")  # how far beside a threshold an answer is tried


class Ask(Frozen):
    """A question over `fields`; `{years}` in its words becomes the last three fiscal years."""

    fields: tuple[str, ...]
    question: str
    options: tuple[str, ...] = ()


class Asking(Frozen):
    """`priors`: how often a condition on the field is met, where that isn't even."""

    questions: tuple[Ask, ...]
    priors: dict[str, float]


@cache
def asking() -> Asking:
    return load(Path(__file__).with_suffix(".yaml"), Asking)


def plan_questions(
    judgement: Judgement, facts: Facts, day: date, missing: Iterable[str], asked: frozenset[str]
) -> tuple[NextQuestion, ...]:
    """At most three, most decisive first; nothing known, declined, asked before or beside the point."""
    open_fields = tuple(name for name in missing if askable(name) and name not in asked and name not in facts.closed)
    if not open_fields:
        return ()
    asks = _asks(open_fields)
    trials = _trials(judgement, frozenset(name for ask in asks for name in ask.fields))
    ranked = []
    for ask in asks:
        impact, progress = _impact(frozenset(ask.fields), trials)
        ranked.append((impact + progress / 4, impact, ask))
    ranked.sort(key=lambda entry: -entry[0])
    return tuple(_worded(judgement.programme, facts, day, ask, impact) for _, impact, ask in ranked[:MOST])


def askable(name: str) -> bool:
    """Base facts a person can answer: no scores of a table, no expert's judgements."""
    field = find_field(name)
    return field is not None and field.kind != "manual" and field.asked


@dataclass(frozen=True)
class _Trial:
    """What answers to one condition field do: the chance that they decide, and how much they settle."""

    needs: frozenset[str]
    decides: float
    settles: float


def _trials(judgement: Judgement, fields: frozenset[str]) -> list[_Trial]:
    """Of the fields that undecided conditions, switches or score bands test and that aren't known exactly, those that
    an answer about `fields` would tell.
    """
    programme, facts = judgement.programme, judgement.facts
    tests = tested(programme)
    judged = [judgement.of(node) for node in programme.conditions]
    names = dict.fromkeys(
        name
        for node, one in zip(programme.conditions, judged, strict=True)
        if one.result == "unknown"
        for name in tests[id(node)]
    )
    found = []
    for name in names:
        fact = facts.get(name)
        if _exact(fact):
            continue
        needs = fact.missing if isinstance(fact, Unknown) else fact.missing or facts.rests_on(name)
        if not fields.isdisjoint(needs):
            found.append(_trial(judgement, judged, name, frozenset(needs)))
    return found


def _trial(judgement: Judgement, judged: list[Judged], name: str, needs: frozenset[str]) -> _Trial:
    conditions, tests = judgement.programme.conditions, tested(judgement.programme)
    touched = [(at, node) for at, node in enumerate(conditions) if name in tests[id(node)]]
    waits = [_waits(one) for one in judged]
    others = any(waits[at] for at in set(range(len(waits))).difference(at for at, _ in touched))
    before = sum(waits) or 1.0
    effects: dict[int, tuple[bool, float]] = {}  # answers that no test tells apart are one value
    decides = settles = 0.0
    for weight, answer in _answers(judgement.programme, name):
        effect = effects.get(id(answer))
        if effect is None:
            supposed = judgement.supposing(name, answer)
            after = [(at, supposed.of(node)) for at, node in touched]
            open_after = waits.copy()
            for at, one in after:
                open_after[at] = _waits(one)
            unmet = any(one.result == "unmet" for _, one in after)
            decided = unmet or not (others or any(one.result == "unknown" for _, one in after))
            effect = effects[id(answer)] = decided, (before - (sum(open_after) or 1.0)) / before
        decides += weight * effect[0]
        settles += weight * effect[1]
    return _Trial(needs, decides, settles)


def _waits(judged: Judged) -> float:
    """How much is open: an undecided condition, and the facts it waits for."""
    return 1 + 0.2 * len(judged.missing) if judged.result == "unknown" else 0.0


def _exact(fact: Fact3) -> bool:
    return isinstance(fact, Known) and (not isinstance(fact.value, Interval) or fact.value.exact)


def _answers(programme: Programme, name: str) -> tuple[tuple[float, Known], ...]:
    """Answers that matter with their chances, which add up to 1; those that no test tells apart are the same value."""
    known = _answered(programme)
    if name not in known:
        tests = list(_tests(name, programme))
        first: dict[tuple[bool | None, ...], Known] = {}
        answers = [(weight, Known(value)) for weight, value in _weighted(name, programme)]
        for _, answer in answers:
            first.setdefault(tuple(holds(answer, op, bound) for op, bound in tests), answer)
        known[name] = tuple(
            (weight, first[tuple(holds(answer, op, bound) for op, bound in tests)]) for weight, answer in answers
        )
    return known[name]


@once
def _answered(_programme: Programme) -> dict[str, tuple[tuple[float, Known], ...]]:
    """Filled as fields are tried."""
    return {}


def _tests(name: str, programme: Programme) -> Iterator[tuple[str, Bound]]:
    """Everything a value of the field is held against."""
    for node in walk(programme.conditions):
        if node.field == name and node.op != "manual" and node.value is not None:
            yield node.op, node.value
        for case in node.cases:
            yield from case.when.bounds if (case.when.field or node.switch) == name else ()
    for item in _items(programme.score.items if programme.score else ()):
        for band in item.bands:
            yield from band.when.bounds if (band.when.field or item.field) == name else ()


def _weighted(name: str, programme: Programme) -> list[tuple[float, Interval | bool | str]]:
    field = find_field(name)
    node = next((one for one in walk(programme.conditions) if one.field == name and one.op != "manual"), None)
    met = asking().priors.get(name, 0.5)
    if field is None:
        return [(1.0, True)]
    if not field.numeric:
        wanted = node.value if node is not None else True
        good = wanted[0] if isinstance(wanted, tuple) else wanted
        assert isinstance(good, bool | str)
        bad = (not good) if isinstance(good, bool) else "\u0000"
        return [(met, good), (1 - met, bad)]
    edges = sorted(_edges(name, programme))
    points = [edges[0] - 1, *edges, *(edge + STEP for edge in edges)] if edges else [Decimal(0)]
    if node is None or not isinstance(node.value, Decimal):
        return [(1 / len(points), point(value)) for value in points]
    up = node.op in (">=", ">", "==")
    sides = {
        True: [p for p in points if (p >= node.value) == up],
        False: [p for p in points if (p >= node.value) != up],
    }
    return [
        ((met if side else 1 - met) / len(values), point(value)) for side, values in sides.items() for value in values
    ]


def _edges(name: str, programme: Programme) -> set[Decimal]:
    return {bound for _, bound in _tests(name, programme) if isinstance(bound, Decimal)}


def _items(items: Iterable[Item]) -> Iterable[Item]:
    for item in items:
        yield item
        yield from _items(item.items)


def _impact(fields: frozenset[str], trials: list[_Trial]) -> tuple[float, float]:
    """A field that needs more than this question answers counts by the part it answers."""
    undecided, progress = 1.0, 0.0
    for trial in trials:
        part = len(trial.needs & fields) / len(trial.needs) if trial.needs else 0.0
        undecided *= 1 - trial.decides * part
        progress += trial.settles * part
    return 1 - undecided, progress


def _asks(fields: tuple[str, ...]) -> list[Ask]:
    """Questions that together cover the open fields, each field once: the widest written one whose fields are all
    open, or else one of the field's own.
    """
    found: list[Ask] = []
    left = set(fields)
    for name in fields:
        if name not in left:
            continue
        fitting = [ask for ask in _written().get(name, ()) if left.issuperset(ask.fields)]
        ask = max(fitting, key=lambda one: len(one.fields), default=None) or _plain(name)
        found.append(ask)
        left.difference_update(ask.fields)
    return found


@cache
def _written() -> Mapping[str, tuple[Ask, ...]]:
    """The questions written for a field."""
    names = {name for ask in asking().questions for name in ask.fields}
    return {name: tuple(ask for ask in asking().questions if name in ask.fields) for name in names}


def _plain(name: str) -> Ask:
    field = find_field(name)
    assert field is not None
    if field.kind == "bool":
        return Ask(fields=(name,), question=f"公司是否有这一情况：{field.label}？", options=("是", "否", "不清楚"))
    if field.kind == "choice":
        return Ask(fields=(name,), question=f"{field.label}是哪一种？", options=field.values)
    if field.kind == "date":
        return Ask(fields=(name,), question=f"{field.label}是哪一天？")
    years = "{years}的" if field.series else ""
    unit = {"ratio": "百分之多少", "": "多少"}.get(field.shown_unit, f"多少{field.shown_unit}")
    return Ask(fields=(name,), question=f"{years}{field.label}是{unit}？")


def _worded(programme: Programme, facts: Facts, day: date, ask: Ask, impact: float) -> NextQuestion:
    fields = ask.fields
    asked = {year for name in fields for year in facts.open_years.get(name, range(day.year - 3, day.year))}
    years = "、".join(str(year) for year in sorted(asked))
    told = [words for name, words in _labels(programme) if not set(fields).isdisjoint(facts.rests_on(name))]
    score = programme.score
    if score and any(not set(fields).isdisjoint(facts.rests_on(name)) for name in _scored_fields(programme)):
        told.append(score.label)
    named = "、".join(list(dict.fromkeys(told))[:3])
    return NextQuestion(
        field=fields[0],
        question=ask.question.replace("{years}", f"{years} 年"),
        why=f"用来判断{programme.name}的{named or '条件'}",
        impact=round(min(1.0, impact), 3),
        options=ask.options,
        fields=fields,
    )


@once
def _labels(programme: Programme) -> tuple[tuple[str, str], ...]:
    """Each field of a condition, and how it is called there."""
    return tuple((node.field, node.label or label(node.field)) for node in walk(programme.conditions) if node.field)


@once
def _scored_fields(programme: Programme) -> tuple[str, ...]:
    tests = tested(programme)
    return tuple(name for item in (programme.score.items if programme.score else ()) for name in tests[id(item)])

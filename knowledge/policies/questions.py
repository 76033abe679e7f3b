"""The next question: what one person can answer at once and what decides most, by trying out answers.

For each open field the answers that matter (either side of each threshold and band edge) are tried on the programme,
weighted by how likely each is; a question's impact is the share of answers that decide the verdict.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from knowledge.policies.bounds import When
from knowledge.policies.facts import Fact3, Facts, Known, Unknown
from knowledge.policies.fields import find_field, label
from knowledge.policies.interval import Interval, point
from knowledge.policies.judgement import Judged, every, judge
from knowledge.policies.programme import Item, Node, Programme, walk
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
    programme: Programme, facts: Facts, day: date, missing: Iterable[str], asked: frozenset[str]
) -> tuple[NextQuestion, ...]:
    """At most three, most decisive first; nothing known, declined, asked before or beside the point."""
    open_fields = tuple(name for name in missing if askable(name) and name not in asked and name not in facts.closed)
    if not open_fields:
        return ()
    tree = _Tree(programme, facts)
    trials = [tree.trial(name) for name in tree.open_fields()]
    ranked = []
    for ask in _asks(open_fields):
        impact, progress = _impact(frozenset(ask.fields), trials)
        ranked.append((impact + progress / 4, impact, ask))
    ranked.sort(key=lambda entry: -entry[0])
    return tuple(_worded(programme, facts, day, ask, impact) for _, impact, ask in ranked[:MOST])


def askable(name: str) -> bool:
    """Base facts a person can answer: no scores of a table, no expert's judgements."""
    field = find_field(name)
    return field is not None and field.kind != "manual" and field.asked


class _Trial(Frozen):
    """What answers to one condition field do: the chance that they decide, and how much they settle."""

    needs: frozenset[str]
    decides: float
    settles: float


class _Tree:
    """The conditions as they stand, so that a trial judges again only those that test the field on trial."""

    def __init__(self, programme: Programme, facts: Facts) -> None:
        self.programme, self.facts = programme, facts
        self.tested = [frozenset(_tested(node, programme)) for node in programme.conditions]
        self.judged = [judge(node, programme, facts) for node in programme.conditions]

    def open_fields(self) -> tuple[str, ...]:
        """Fields that undecided conditions, switches or score bands test and that aren't known exactly."""
        names = (
            name
            for node, judged in zip(self.programme.conditions, self.judged, strict=True)
            if judged.result == "unknown"
            for name in _tested(node, self.programme)
        )
        return tuple(name for name in dict.fromkeys(names) if not _exact(self.facts.get(name)))

    def trial(self, name: str) -> _Trial:
        found = self.facts.get(name)
        needs = found.missing if isinstance(found, Unknown) else found.missing or self.facts.rests_on(name)
        before = _unsettled(self.judged)
        decides = settles = 0.0
        for weight, value in _answers(name, self.programme):
            facts = self.facts.replace({name: Known(value)})
            after = [
                judge(node, self.programme, facts) if name in tested else judged
                for node, tested, judged in zip(self.programme.conditions, self.tested, self.judged, strict=True)
            ]
            decides += weight * (every(after).result != "unknown")
            settles += weight * (before - _unsettled(after)) / before
        return _Trial(needs=frozenset(needs), decides=decides, settles=settles)


def _tested(node: Node, programme: Programme) -> Iterator[str]:
    """Every field below a condition, in the order of the rule."""
    for one in walk((node,)):
        yield from (name for name in (one.field, one.switch, *(case.when.field for case in one.cases)) if name)
        if one.score and programme.score:
            yield from _item_fields(programme.score.items)


def _item_fields(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        yield from (name for name in (item.field, *(band.when.field for band in item.bands)) if name)
        yield from _item_fields(item.items)


def _exact(fact: Fact3) -> bool:
    return isinstance(fact, Known) and (not isinstance(fact.value, Interval) or fact.value.exact)


def _unsettled(judged: Iterable[Judged]) -> float:
    """How much is open: each undecided condition, and the facts it waits for."""
    return sum(1 + 0.2 * len(one.missing) for one in judged if one.result == "unknown") or 1.0


def _answers(name: str, programme: Programme) -> list[tuple[float, Interval | bool | str]]:
    """Answers that matter with their chances, which add up to 1."""
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
    found = {
        node.value for node in walk(programme.conditions) if node.field == name and isinstance(node.value, Decimal)
    }
    for node in walk(programme.conditions):
        for case in node.cases:
            found |= _bounds(case.when, node.switch, name)
    if programme.score:
        for item in _items(programme.score.items):
            for band in item.bands:
                found |= _bounds(band.when, item.field, name)
    return found


def _bounds(when: When, default: str | None, name: str) -> set[Decimal]:
    mine = (when.field or default) == name
    return {bound for _, bound in when.bounds if isinstance(bound, Decimal)} if mine else set()


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
    covered: set[str] = set()
    for name in fields:
        if name in covered:
            continue
        fitting = [ask for ask in asking().questions if name in ask.fields and set(ask.fields) <= set(fields) - covered]
        ask = max(fitting, key=lambda one: len(one.fields), default=None) or _plain(name)
        found.append(ask)
        covered |= set(ask.fields)
    return found


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
    tested = [
        node.label or label(node.field)
        for node in walk(programme.conditions)
        if node.field and set(facts.rests_on(node.field)) & set(fields)
    ]
    score = [programme.score.label] if programme.score and _scores(programme, facts, fields) else []
    told = "、".join(list(dict.fromkeys([*tested, *score]))[:3])
    return NextQuestion(
        field=fields[0],
        question=ask.question.replace("{years}", f"{years} 年"),
        why=f"用来判断{programme.name}的{told or '条件'}",
        impact=round(min(1.0, impact), 3),
        options=ask.options,
        fields=fields,
    )


def _scores(programme: Programme, facts: Facts, fields: tuple[str, ...]) -> bool:
    assert programme.score is not None
    return any(set(facts.rests_on(name)) & set(fields) for name in _item_fields(programme.score.items))

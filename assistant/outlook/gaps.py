"""From unmet conditions to the cheapest steps that leave none: which need work, which time, which the next year.

A set of steps is checked by judging the programme again as if they were done, so either/or groups cost one step only.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from assistant.outlook.needed import needed_figure
from assistant.outlook.values import Kind, Step
from knowledge.companies import Company, derive
from knowledge.policies import ConditionResult, Facts, Programme, Verdict
from knowledge.policies.facts import Fact3, Known
from knowledge.policies.fields import find_field, label
from knowledge.policies.interval import Interval, point
from knowledge.policies.judgement import judge_all
from knowledge.policies.programme import Node, walk
from knowledge.policies.score import marks
from knowledge.policies.wording import need, tidy

DAYS_A_YEAR, DAYS_A_MONTH = Decimal("365.25"), Decimal("30.5")
# Counted from a day in the past: time alone closes the gap. Years in the niche count to the end of the last year.
GROWING = {
    "entity.age_days_at_apply": "days",
    "entity.age_years": "years",
    "market.segment_years": "year_ends",
    "rd.center_running_years": "years",
    "qual.provincial_etc_years": "years",
    "mgmt.system_running_months": "months",
    "governance.controller_unchanged_years": "years",
    "neeq.continuous_listing_months": "months",
}
COST: dict[Kind, int] = {"work": 0, "year": 1, "time": 2}
EVENT = re.compile(r"_(\d)y$|this_and_last_year$")


def steps_for(programme: Programme, verdict: Verdict, company: Company, as_of: date) -> tuple[Step, ...]:
    """A cheapest set of steps after which no hard condition is unmet; empty when none is."""
    facts = derive(company, as_of)
    blocked = [condition for condition in verdict.conditions if condition.blocks]
    found = [_step(condition, programme, company, facts, as_of) for condition in blocked]
    found.sort(key=lambda step: (COST[step.kind], step.ready_on is None and step.kind == "time"))
    chosen: list[Step] = []
    for step in found:
        if judge_all(programme, as_if_done(programme, facts, chosen)).result != "unmet":
            break
        chosen.append(step)
    for step in reversed(tuple(chosen)):
        rest = [other for other in chosen if other is not step]
        if judge_all(programme, as_if_done(programme, facts, rest)).result != "unmet":
            chosen = rest
    return tuple(chosen)


def possible_on(steps: Iterable[Step], as_of: date) -> date | None:
    """The first day on which every step that waits for time can be closed; None when one has no date."""
    day = as_of
    for step in steps:
        if step.kind != "work":
            if step.ready_on is None:
                return None
            day = max(day, step.ready_on)
    return day


def _step(condition: ConditionResult, programme: Programme, company: Company, facts: Facts, as_of: date) -> Step:
    kind = _kind(condition.field, facts)
    ready = _grown(condition, facts, as_of) if kind == "time" else None
    needed = needed_figure(programme, condition.field, company, as_of) if kind == "year" else None
    return Step(
        field=condition.field,
        label=condition.label,
        need=condition.need,
        gap=condition.gap or f"需{condition.need}",
        kind=kind,
        ready_on=needed.on if needed else ready,
        target=needed.words if needed else _target(condition, kind, programme, facts),
        document=condition.document.doc_no if condition.document else None,
    )


def _kind(name: str, facts: Facts) -> Kind:
    if name in GROWING or (name.startswith("compliance.") and EVENT.search(name)):
        return "time"
    bases = [find_field(base) for base in facts.rests_on(name)]
    yearly = any(base is not None and base.series for base in bases) or name.endswith("_last_year")
    return "year" if yearly else "work"


def _grown(condition: ConditionResult, facts: Facts, as_of: date) -> date | None:
    """The day on which what grows by itself is enough."""
    unit = GROWING.get(condition.field)
    found = facts.get(condition.field)
    if unit is None or not isinstance(found, Known) or not isinstance(found.value, Interval):
        return None
    bound = re.search(r"\d+(?:,\d{3})*(?:\.\d+)?", condition.need)
    if bound is None or condition.op not in (">=", ">"):
        return None
    lacking = Decimal(bound[0].replace(",", "")) - found.value.low
    if unit == "year_ends":
        return date(as_of.year + int(lacking.to_integral_value(ROUND_CEILING)), 1, 1)
    scale = {"days": Decimal(1), "months": DAYS_A_MONTH, "years": DAYS_A_YEAR}[unit]
    return as_of + timedelta(days=int((lacking * scale).to_integral_value(ROUND_CEILING)))


def _target(condition: ConditionResult, kind: Kind, programme: Programme, facts: Facts) -> str | None:
    if programme.score is not None and condition.field == programme.score.field:
        lost = [(item.max - marks(item, facts).high, item) for item in programme.score.items]
        worst = sorted((entry for entry in lost if entry[0] > 0), key=lambda entry: -entry[0])[:3]
        told = [
            f"{item.name}（最高 {tidy(item.max - short, 2)} 分，满分 {tidy(item.max, 2)} 分）" for short, item in worst
        ]
        return f"失分最多的是{'、'.join(told)}" if told else None
    years = EVENT.search(condition.field)
    if kind == "time" and condition.field.startswith("compliance.") and years:
        return f"自发生之日起满 {years[1]} 年" if years[1] else "自发生的次年末起"
    return None


def as_if_done(programme: Programme, facts: Facts, steps: Iterable[Step]) -> Facts:
    """The facts as if the steps were done: each tested field just on the right side of its line."""
    changes: dict[str, Fact3] = {}
    for step in steps:
        for node in _lines(programme, step):
            value = _satisfying(node)
            before = changes.get(step.field)
            changes[step.field] = value if before is None else _stricter(before, value, node.op)
        if programme.score is not None and step.field == programme.score.field:
            changes[step.field] = Known(point(programme.score.value + 1))
    return facts.replace(changes)


def _lines(programme: Programme, step: Step) -> list[Node]:
    """The condition of the step; of the cases of a switch any, since only their common field is told."""
    mine = [node for node in walk(programme.conditions) if node.field == step.field and node.op != "manual"]
    return [node for node in mine if need(node) in step.need] or mine


def _satisfying(node: Node) -> Known:
    if isinstance(node.value, Decimal):
        beyond = {">": Decimal(1), "<": Decimal(-1)}.get(node.op, Decimal(0))
        return Known(point(node.value + beyond))
    if isinstance(node.value, tuple):
        return Known(node.value[0])
    assert node.value is not None
    return Known(node.value)


def _stricter(one: Fact3, other: Known, op: str) -> Known:
    assert isinstance(one, Known)
    if not isinstance(one.value, Interval) or not isinstance(other.value, Interval):
        return other
    pick = max if op in (">=", ">") else min
    return Known(point(pick(one.value.low, other.value.low)))


def shown_step(step: Step) -> str:
    """`研发费用占比：还差 0.4 个百分点……（2027-01-01 起）`."""
    words = {"work": "现在可以补", "year": "看下一年度的数", "time": "需要时间"}[step.kind]
    when = f"，最早 {step.ready_on}" if step.ready_on else ""
    target = f"；{step.target}" if step.target else ""
    return f"{step.label or label(step.field)}（{words}{when}）：{step.gap}{target}"

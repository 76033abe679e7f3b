"""When a programme can be applied for: its dated windows, and the day a condition of age is met."""

from datetime import date, timedelta
from decimal import Decimal

from knowledge.base.regions import NATIONAL, contains
from knowledge.policies.facts import Known, Reading
from knowledge.policies.interval import Interval
from knowledge.policies.judgement import Judgement, judge_field
from knowledge.policies.programme import Node, Programme, Window

AGE = "entity.age_days_at_apply"


def earliest(judgement: Judgement, place: str | None, day: date) -> date | None:
    """The first day on which it can be applied for, or None where facts and windows don't tell.

    None as well when something other than the company's age stands in the way.
    """
    ripe = day
    for node in judgement.programme.conditions:
        if node.field == AGE:
            found = _ripe(node, judgement.facts, day)
            if found is None:
                return None
            ripe = max(ripe, found)
        elif judgement.of(node).result == "unmet":
            return None
    known = windows(judgement.programme, place)
    if not known:
        return ripe if ripe > day else None
    for window in sorted(known, key=lambda one: one.deadlines[-1:] or (one.open or date.max,)):
        start = max(ripe, window.open or ripe)
        if any(start <= deadline for deadline in window.deadlines) or (not window.deadlines and window.open):
            return start
    return None


def windows(programme: Programme, place: str | None) -> tuple[Window, ...]:
    """Those of the company's own place, or else the national ones."""
    own = tuple(one for one in programme.windows if one.region != NATIONAL and place and contains(one.region, place))
    return own or tuple(one for one in programme.windows if one.region == NATIONAL)


def window_words(programme: Programme, place: str | None, day: date) -> str | None:
    """The usual pattern, and the dates known for the year of `day`."""
    told = [programme.window]
    for window in windows(programme, place):
        if window.year == day.year:
            dates = "、".join(str(deadline) for deadline in window.deadlines)
            opened = f"{window.open} 开放" if window.open else ""
            closed = f"截止 {dates}" if dates else ""
            told.append(f"{window.region}{window.year} 年：{'，'.join(part for part in (opened, closed) if part)}")
    return "；".join(told)


def _ripe(node: Node, facts: Reading, day: date) -> date | None:
    """The day the condition of age is met; None when the founding day isn't known well enough."""
    result = judge_field(node, facts).result
    if result == "met":
        return day
    found = facts.get(AGE)
    if result != "unmet" or not isinstance(found, Known) or not isinstance(found.value, Interval):
        return None
    if not found.value.exact or not isinstance(node.value, Decimal):
        return None
    return day + timedelta(days=int(node.value - found.value.low))

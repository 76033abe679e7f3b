"""Verdicts before and after supposed changes. Nothing is stored: the company is a value, and a new one is judged."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from knowledge.companies import Company, Fact, derive
from knowledge.companies.series import standing
from knowledge.policies import ConditionResult, RuleBook, Verdict, evaluate
from knowledge.policies.fields import find_field, label
from knowledge.policies.interval import Interval
from knowledge.policies.values import Frozen
from knowledge.policies.wording import span

# Those who join the part join the whole: a researcher is a technician, and both are staff.
JOINS = {
    "hr.rd_staff_fulltime": ("hr.tech_staff", "hr.headcount"),
    "hr.tech_staff": ("hr.headcount",),
}
# Without a word of their own these keep their share of the figure that changes.
FOLLOWS = {
    "rd.domestic_expense": "rd.expense",
    "finance.main_revenue": "finance.revenue",
    "finance.hitech_income": "finance.revenue",
}


class Supposed(Frozen):
    """One change: `value` is set, added or a share to grow by; `low`/`high` where an interval is set."""

    field: str
    how: Literal["set", "add", "scale"]
    year: int | None = None
    value: Decimal | bool | str | None = None
    low: Decimal | date | None = None
    high: Decimal | date | None = None


class Moved(Frozen):
    """A figure as it was and as supposed; `before` is None where it isn't known."""

    field: str
    label: str
    year: int | None
    before: str | None
    after: str


class Shift(Frozen):
    """A condition before and after."""

    label: str
    need: str
    before: str
    after: str
    was: str
    becomes: str
    gap: str | None = None


class Outcome(Frozen):
    """One programme: its verdict before and after, and the conditions whose result or figure the changes move.

    What time alone would bring by that day is told only where it is part of another verdict.
    """

    programme_id: str
    name: str
    before: Verdict
    after: Verdict
    shifts: tuple[Shift, ...]
    score_moves: bool = False

    @property
    def changed(self) -> bool:
        return (self.before.verdict, self.before.ready) != (self.after.verdict, self.after.ready)

    @property
    def turned(self) -> bool:
        """Whether a condition has another result."""
        return any(shift.was != shift.becomes for shift in self.shifts)

    @property
    def distance(self) -> int:
        """Conditions that still stand in the way."""
        return sum(condition.blocks for condition in self.after.conditions)


class Comparison(Frozen):
    """`judged_on` is the first day on which the supposed figures count; `lacking` are bases of changes not known."""

    moved: tuple[Moved, ...]
    outcomes: tuple[Outcome, ...]
    judged_on: date
    lacking: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()


def compare(
    book: RuleBook,
    company: Company,
    changes: Sequence[Supposed],
    as_of: date,
    *,
    programmes: Iterable[str] = (),
    region: str | None = None,
) -> Comparison:
    """Judge before and after by the rules of `as_of`. A figure of the running year or later counts once it is over;
    other yearly figures of the years until then stay as last year's, which `carried` names.
    """
    years = [change.year for change in changes if change.year is not None]
    day = max([as_of, *(date(year + 1, 1, 1) for year in years)])
    supposed, moved, lacking = suppose(company, changes, as_of)
    supposed, carried = carry(supposed, as_of, day)
    chosen = [book.programme(name, as_of) for name in programmes]
    if not chosen:
        chosen = [one for one in book.programmes(as_of) if one.kind == "programme" and one.verified]
    before, after = derive(company, as_of), derive(supposed, day)
    drifted = derive(carry(company, as_of, day)[0], day)
    outcomes = []
    for programme in {one.id: one for one in chosen}.values():
        was = evaluate(programme, before, as_of, region=region)
        becomes = evaluate(programme, after, day, region=region)
        alone = was if day == as_of else evaluate(programme, drifted, day, region=region)
        outcomes.append(
            Outcome(
                programme_id=programme.id,
                name=programme.name,
                before=was,
                after=becomes,
                shifts=tuple(_shifts(was, becomes, alone)),
                score_moves=alone.score != becomes.score,
            )
        )
    return Comparison(moved=moved, outcomes=tuple(outcomes), judged_on=day, lacking=lacking, carried=carried)


def suppose(
    company: Company, changes: Sequence[Supposed], as_of: date
) -> tuple[Company, tuple[Moved, ...], tuple[str, ...]]:
    """The company as if, what moved, and the fields a change needs that aren't known."""
    named = {change.field for change in changes}
    moved: list[Moved] = []
    lacking: list[str] = []
    for change in changes:
        company, more, without = _one(company, change, as_of)
        moved, lacking = [*moved, *more], [*lacking, *without]
        if change.how == "add" and not without:
            for whole in JOINS.get(change.field, ()):
                if whole not in named:
                    company, more, _unknown = _one(company, change.model_copy(update={"field": whole}), as_of)
                    moved.extend(more)
    return company, tuple(moved), tuple(dict.fromkeys(lacking))


def carry(company: Company, as_of: date, day: date) -> tuple[Company, tuple[str, ...]]:
    """Yearly figures until `day` that nobody named: last year's, or last year's share of the one they follow."""
    added: list[Fact] = []
    for year in range(as_of.year, day.year):
        for name in dict.fromkeys(fact.field for fact in company.facts if fact.year is not None):
            now = standing(company.with_facts(added), as_of)
            last = now.one(name, year - 1)
            if isinstance(now.one(name, year), Interval) or not isinstance(last, Interval) or not last.exact:
                continue
            figure = _share_kept(name, last.low, company.with_facts(added), as_of, year)
            added.append(Fact(field=name, year=year, value=figure, source="supposed"))
    return company.with_facts(added), tuple(dict.fromkeys(label(fact.field) for fact in added))


def _share_kept(name: str, last: Decimal, company: Company, as_of: date, year: int) -> Decimal:
    now = standing(company, as_of)
    leader = FOLLOWS.get(name)
    if leader is None:
        return last
    then, later = now.one(leader, year - 1), now.one(leader, year)
    if not (isinstance(then, Interval) and isinstance(later, Interval) and then.exact and later.exact and then.low > 0):
        return last
    return (last * later.low / then.low).quantize(Decimal("0.0001"))


def _one(company: Company, change: Supposed, as_of: date) -> tuple[Company, list[Moved], list[str]]:
    field = find_field(change.field)
    assert field is not None
    year = (change.year or as_of.year - 1) if field.series else None
    now = standing(company, as_of)
    base = now.one(change.field, year) if field.numeric else None
    if change.how != "set" and not isinstance(base, Interval) and field.series and year is not None:
        base = now.one(change.field, as_of.year - 1)  # 明年营收涨三成 grows from the last year there is
    if change.how == "set":
        fact = Fact(
            field=change.field, year=year, value=change.value, low=change.low, high=change.high, source="supposed"
        )
    elif isinstance(base, Interval) and base.low.is_finite() and base.high.is_finite():
        fact = _grown(change, year, base)
    else:
        return company, [], [change.field]
    after = company.with_facts((fact,))
    if field.series and year == as_of.year - 1:
        after = _followed(company, after, change.field, year, as_of)
    told = _told(field.shown_unit, base if isinstance(base, Interval) else None, fact)
    return after, [Moved(field=change.field, label=field.label, year=year, before=told[0], after=told[1])], []


def _grown(change: Supposed, year: int | None, base: Interval) -> Fact:
    assert isinstance(change.value, Decimal)
    ends = [
        max(Decimal(0), end + change.value if change.how == "add" else end * (1 + change.value))
        for end in (base.low, base.high)
    ]
    if ends[0] == ends[1]:
        return Fact(field=change.field, year=year, value=ends[0], source="supposed")
    return Fact(field=change.field, year=year, low=ends[0], high=ends[1], source="supposed")


def _followed(before: Company, after: Company, leader: str, year: int, as_of: date) -> Company:
    """What keeps its share of a figure of last year that is supposed otherwise."""
    old, new = standing(before, as_of).one(leader, year), standing(after, as_of).one(leader, year)
    facts = []
    for name, led in FOLLOWS.items():
        own = standing(before, as_of).one(name, year)
        if led != leader or not (isinstance(own, Interval) and isinstance(old, Interval) and isinstance(new, Interval)):
            continue
        if own.exact and old.exact and new.exact and old.low > 0:
            figure = (own.low * new.low / old.low).quantize(Decimal("0.0001"))
            facts.append(Fact(field=name, year=year, value=figure, source="supposed"))
    return after.with_facts(facts)


def _told(unit: str, base: Interval | None, fact: Fact) -> tuple[str | None, str]:
    before = span(base, unit) if base is not None else None
    if isinstance(fact.value, bool):
        return before, "有／是" if fact.value else "没有／否"
    if isinstance(fact.value, Decimal):
        return before, span(Interval(fact.value, fact.value), unit)
    if isinstance(fact.low, Decimal) and isinstance(fact.high, Decimal):
        return before, span(Interval(fact.low, fact.high), unit)
    return before, str(fact.value or fact.low or fact.high)


def _shifts(before: Verdict, after: Verdict, alone: Verdict) -> Iterable[Shift]:
    """`alone`: the verdict of the later day without the changes. The same field and place are the same condition."""
    olds, drifts = _placed(before.conditions), _placed(alone.conditions)
    turned = (before.verdict, before.ready) != (after.verdict, after.ready)
    for place, one in _placed(after.conditions).items():
        old, drift = olds.get(place), drifts.get(place)
        if old is None or (old.result, old.shown) == (one.result, one.shown):
            continue
        by_itself = drift is not None and (drift.result, drift.shown) == (one.result, one.shown) and alone is not before
        if by_itself and not (turned and old.result != one.result):
            continue
        yield Shift(
            label=one.label,
            need=one.need,
            before=old.shown,
            after=one.shown,
            was=old.result,
            becomes=one.result,
            gap=one.gap if one.blocks else None,
        )


def _placed(conditions: Sequence[ConditionResult]) -> dict[tuple[str, str | None, int], ConditionResult]:
    found: dict[tuple[str, str | None, int], ConditionResult] = {}
    for one in conditions:
        count = sum(place[:2] == (one.field, one.group) for place in found)
        found[one.field, one.group, count] = one
    return found

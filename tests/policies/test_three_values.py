"""What must hold of verdicts whatever the facts: adding one never reverses, intervals imply, order is nothing."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.companies import Company, Fact, derive
from knowledge.policies import Facts, Programme, evaluate, load_rules
from knowledge.policies.facts import Known, holds
from knowledge.policies.interval import Interval, compare, point
from knowledge.policies.judgement import judge_all
from knowledge.policies.programme import walk

DAY = date(2026, 11, 23)
BOOK = load_rules()
PROGRAMMES = [one for one in BOOK.programmes(DAY) if one.verified]
YEARS = (2023, 2024, 2025)
SERIES = ("finance.revenue", "rd.expense", "rd.domestic_expense", "finance.net_assets", "finance.total_assets")
BOOLS = sorted(
    {
        node.field
        for programme in PROGRAMMES
        for node in walk(programme.conditions)
        if node.field and isinstance(node.value, bool)
    }
)
COUNTS = ("hr.headcount", "hr.tech_staff", "ip.invention_patents", "ip.utility_models", "rd.transfer_count_3y")

amounts = st.integers(0, 30_000).map(Decimal)
programmes = st.sampled_from(PROGRAMMES)


@st.composite
def fact_lists(draw: st.DrawFn) -> list[Fact]:
    """Facts of one company, in which nothing contradicts: no figures before it was founded."""
    founded = draw(st.dates(date(2015, 1, 1), date(2026, 6, 1)))
    facts = [Fact(field="entity.established_on", value=founded.isoformat())]
    for name in SERIES:
        facts.extend(
            Fact(field=name, year=year, **draw(_figure()))
            for year in YEARS
            if year >= founded.year and draw(st.booleans())
        )
    facts.extend(
        Fact(field=name, value=draw(st.integers(0, 600).map(Decimal))) for name in COUNTS if draw(st.booleans())
    )
    facts.extend(Fact(field=name, value=draw(st.booleans())) for name in BOOLS if draw(st.booleans()))
    return facts


@st.composite
def _figure(draw: st.DrawFn) -> dict[str, Any]:
    value = draw(amounts)
    if draw(st.integers(0, 3)):
        return {"value": value}
    return {"low": value, "high": value + draw(amounts), "high_open": draw(st.booleans())}


def verdict(programme: Programme, facts: list[Fact]) -> str:
    return judge_all(programme, derive(Company(facts=tuple(facts)), DAY)).result


@settings(max_examples=300, deadline=None)
@given(programmes, fact_lists(), st.data())
def test_adding_a_fact_never_undoes_or_reverses_a_verdict(
    programme: Programme, facts: list[Fact], data: st.DataObject
) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    fewer = [fact for fact, kept in zip(facts, keep, strict=True) if kept]
    before, after = verdict(programme, fewer), verdict(programme, facts)
    if before in ("met", "unmet"):
        assert after == before
    if before == "manual":
        assert after in ("manual", "met", "unmet")


@settings(max_examples=300, deadline=None)
@given(programmes, fact_lists(), st.data())
def test_a_verdict_on_an_interval_is_that_of_each_point_in_it(
    programme: Programme, facts: list[Fact], data: st.DataObject
) -> None:
    points = [_inside(fact, data) for fact in facts]
    whole = verdict(programme, facts)
    if whole in ("met", "unmet"):
        assert verdict(programme, points) == whole


def _inside(fact: Fact, data: st.DataObject) -> Fact:
    if not isinstance(fact.low, Decimal) or not isinstance(fact.high, Decimal):
        return fact
    part = data.draw(st.integers(0, 99 if fact.high_open else 100))
    value = fact.low + (fact.high - fact.low) * part / 100
    return Fact(field=fact.field, year=fact.year, value=value)


@settings(max_examples=100, deadline=None)
@given(programmes, fact_lists(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(programme: Programme, facts: list[Fact], random: Any) -> None:
    known = derive(Company(name="甲", facts=tuple(facts)), DAY)
    before = evaluate(programme, known, DAY)
    shuffled, conditions = list(facts), list(programme.conditions)
    random.shuffle(shuffled)
    random.shuffle(conditions)
    renamed = programme.model_copy(update={"conditions": tuple(conditions), "name": "另一个名字"})
    after = evaluate(renamed, derive(Company(name="乙", facts=tuple(shuffled)), DAY), DAY)
    assert (after.verdict, after.ready, after.score) == (before.verdict, before.ready, before.score)
    assert sorted(after.missing) == sorted(before.missing)
    assert {c.field: c.result for c in after.conditions} == {c.field: c.result for c in before.conditions}


@settings(max_examples=200, deadline=None)
@given(programmes, fact_lists())
def test_one_unmet_hard_condition_decides_and_only_all_met_is_met(programme: Programme, facts: list[Fact]) -> None:
    found = evaluate(programme, derive(Company(facts=tuple(facts)), DAY), DAY)
    results = [condition.result for condition in found.conditions if condition.group is None]
    if found.verdict == "not_applicable":
        return
    if "unmet" in results:
        assert found.verdict == "unmet"
    if found.verdict == "met":
        assert set(results) <= {"met"}
        assert found.ready
    assert bool(found.missing) <= (found.verdict == "unknown")


numbers = st.decimals(-1000, 1000, places=2)
OPS = st.sampled_from([">=", ">", "<=", "<", "=="])


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    ends = sorted((draw(numbers), draw(numbers)))
    if ends[0] == ends[1]:
        return point(ends[0])
    return Interval(ends[0], ends[1], draw(st.booleans()), draw(st.booleans()))


def draw_inside(interval: Interval, data: st.DataObject) -> Decimal:
    if interval.exact:
        return interval.low
    lowest, highest = (1 if interval.low_open else 0), (99 if interval.high_open else 100)
    return interval.low + (interval.high - interval.low) * data.draw(st.integers(lowest, highest)) / 100


@given(intervals(), intervals(), st.data())
def test_arithmetic_of_intervals_holds_every_point(one: Interval, two: Interval, data: st.DataObject) -> None:
    a, b = draw_inside(one, data), draw_inside(two, data)
    for interval, value in ((one + two, a + b), (one - two, a - b), (one * two, a * b)):
        assert compare(interval, ">=", value) is not False
        assert compare(interval, "<=", value) is not False
    quotient = one.over(two)
    if quotient is not None:
        slack = Decimal("1e-20")  # quotients are rounded at the 60th figure
        assert quotient.low - slack <= a / b <= quotient.high + slack


@given(intervals(), OPS, numbers, st.data())
def test_a_comparison_of_an_interval_is_that_of_its_points(
    interval: Interval, op: str, bound: Decimal, data: st.DataObject
) -> None:
    answer = compare(interval, op, bound)
    if answer is not None:
        assert compare(point(draw_inside(interval, data)), op, bound) is answer


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 100))
def test_a_ratio_exactly_on_the_line_is_on_it(scale: int, whole: int, percent: int) -> None:
    """rd ÷ revenue at exactly n %, where a rounded quotient would fall to either side."""
    revenue = Decimal(scale * whole)
    rd = revenue * percent / 100
    company = Company(
        facts=(
            Fact(field="rd.expense", year=2025, value=rd),
            Fact(field="finance.revenue", year=2025, value=revenue),
        )
    )
    fact = derive(company, DAY).get("rd.expense_ratio_revenue_last_year")
    assert isinstance(fact, Known)
    assert _compared(fact, Decimal(percent) / 100) == {">=": True, ">": False, "<=": True, "<": False}


def _compared(fact: Known, bound: Decimal) -> Mapping[str, bool | None]:
    return {op: holds(fact, op, bound) for op in (">=", ">", "<=", "<")}


def test_unknown_is_neither_zero_nor_no() -> None:
    for programme in PROGRAMMES:
        found = evaluate(programme, Facts(), DAY, region=programme.region)
        assert found.verdict == "unknown", programme.id
        assert all(condition.result in ("unknown", "manual") for condition in found.conditions), programme.id

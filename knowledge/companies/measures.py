"""Sums, means, lowest years and ratios over a company's yearly figures and counts."""

from collections.abc import Callable
from dataclasses import dataclass

from knowledge.companies.series import Standing, Years, joined
from knowledge.policies.facts import Fact3, Known, Ratio, Unknown
from knowledge.policies.fields import find_field
from knowledge.policies.interval import INF, Interval, least, point

Compute = Callable[[Standing], Fact3]
FOUNDED = "entity.established_on"


@dataclass(frozen=True)
class Formula:
    """`recipe` is the same formula as data, for the executor that screens whole tables (`screening/`)."""

    needs: tuple[str, ...]
    compute: Compute
    recipe: tuple[str | int, ...]


def last(base: str) -> Formula:
    def compute(now: Standing) -> Fact3:
        found = now.one(base, now.last_year)
        return found if isinstance(found, Unknown) else Known(found, f"{now.last_year} 年")

    return Formula((base,), compute, ("last", base))


def total(base: str, years: int) -> Formula:
    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Unknown):
            return found
        return Known(sum_of(found), f"{span(found)}合计")

    return Formula((base, FOUNDED), compute, ("total", base, years))


def average(base: str, years: int) -> Formula:
    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Unknown) or not found.figures:
            return found if isinstance(found, Unknown) else Unknown()
        count = point(len(found.figures))
        value = sum_of(found).over(count)
        assert value is not None
        return Known(value, f"{span(found)}平均", Ratio(sum_of(found), count, unit(base)))

    return Formula((base, FOUNDED), compute, ("average", base, years))


def lowest(base: str, years: int) -> Formula:
    """The smallest of the years; every year must be known."""

    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Unknown) or len(found.figures) < years:
            return found if isinstance(found, Unknown) else Unknown()
        return Known(least(*found.figures), f"{span(found)}各年取低")

    return Formula((base, FOUNDED), compute, ("lowest", base, years))


def positive(base: str, years: int) -> Formula:
    """Above zero in each of the years; a company without all of them has not shown it."""

    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Years):
            if len(found.figures) < years:
                return Known(False, f"不足 {years} 个完整会计年度")
            low = least(*found.figures)
            if low.low > 0 or (low.low == 0 and low.low_open):
                return Known(True, f"{span(found)}均大于 0")
            return Known(False, f"{span(found)}") if low.high <= 0 else Unknown((base,))
        # One losing year decides whatever the others are.
        for year in range(now.last_year - years + 1, now.last_year + 1):
            one = now.one(base, year)
            if isinstance(one, Interval) and one.high <= 0:
                return Known(False, f"{year} 年不大于 0")
        return found

    return Formula((base, FOUNDED), compute, ("positive", base, years))


def share(part: str, whole: str, years: int) -> Formula:
    """Sum of the part over the sum of the whole, for the same years."""

    def compute(now: Standing) -> Fact3:
        top, bottom = now.over(part, years), now.over(whole, years)
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        if top.years != bottom.years:
            return Unknown((part, whole), detail="分子与分母的年份不一致")
        return ratio_of(sum_of(top), sum_of(bottom), unit(part), f"{span(top)}合计之比")

    needs = (part, whole) if years == 1 else (part, whole, FOUNDED)
    return Formula(needs, compute, ("share", part, whole, years))


def lowest_share(part: str, whole: str, years: int) -> Formula:
    def compute(now: Standing) -> Fact3:
        top, bottom = now.over(part, years), now.over(whole, years)
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        parts = [a.over(b) for a, b in zip(top.figures, bottom.figures, strict=False)]
        if len(parts) < years or any(part is None for part in parts) or len(top.figures) != len(bottom.figures):
            return Unknown()
        return Known(least(*(part for part in parts if part is not None)), f"{span(top)}各年取低")

    return Formula((part, whole, FOUNDED), compute, ("lowest_share", part, whole, years))


def people(part: str) -> Formula:
    def compute(now: Standing) -> Fact3:
        top, bottom = now.one(part), now.one("hr.headcount")
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        return ratio_of(top, bottom, "人", "占职工总数", grows=True)

    return Formula((part, "hr.headcount"), compute, ("people", part))


def count(*bases: str) -> Formula:
    """A sum of counts; what isn't known adds from nothing upward, so that the known part is a lower bound."""

    def compute(now: Standing) -> Fact3:
        found = [now.one(base) for base in bases]
        unknown = [one for one in found if isinstance(one, Unknown)]
        known = [one for one in found if isinstance(one, Interval)]
        if not known or (unknown and all(one.low == 0 for one in known)):
            return joined(unknown)
        value = sum(known[1:], known[0])
        if unknown:
            value = Interval(value.low, INF, value.low_open, True)
        return Known(value, "已授权且有效的合计", missing=joined(unknown).missing)

    return Formula(bases, compute, ("count", *bases))


def ratio_last_year(part: str, whole: str, formula: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        top, bottom = now.one(part, now.last_year), now.one(whole, now.last_year)
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        return ratio_of(top, bottom, "万元", formula)

    return compute


def ratio_of(top: Interval, bottom: Interval, unit: str, formula: str, *, grows: bool = False) -> Fact3:
    value = top.over(bottom)
    if value is None:
        return Unknown((), "unknown", "分母为 0，算不出比例")
    return Known(value, formula, Ratio(top, bottom, unit, grows))


def sum_of(years: Years) -> Interval:
    return sum(years.figures, point(0))


def span(years: Years) -> str:
    if not years.years:
        return "无完整年度"
    return f"{years.years[0]}～{years.years[-1]} 年" if len(years.years) > 1 else f"{years.years[0]} 年"


def unit(base: str) -> str:
    known = find_field(base)
    return known.shown_unit if known else ""

"""What a company is on a day: its age, its size class, what it holds, its transfers and years of profit."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from knowledge.companies.company import Fact
from knowledge.companies.measures import FOUNDED, Compute
from knowledge.companies.series import Standing, joined
from knowledge.policies.facts import Fact3, Known, Ratio, Unknown
from knowledge.policies.interval import INF, Interval, exactly, point
from knowledge.policies.sizes import Metric, possible_sizes, sizes


def age_days(now: Standing) -> Fact3:
    founded = now.founded()
    if founded is None:
        return _absent(now, "entity.established_on")
    early, late = founded
    days = Interval(Decimal((now.as_of - late).days), Decimal((now.as_of - early).days))
    return Known(days, f"自成立日至 {now.as_of}")


def age_years(now: Standing) -> Fact3:
    founded = now.founded()
    if founded is None:
        return _absent(now, "entity.established_on")
    return Known(Interval(_years(founded[1], now.as_of), _years(founded[0], now.as_of)), f"自成立日至 {now.as_of}")


def transfers(now: Standing) -> Fact3:
    """科技成果转化: the mean over three years, or over the years a younger company has had."""
    found = now.one("rd.transfer_count_3y")
    if isinstance(found, Unknown):
        return found
    founded = now.founded()
    early, late = (day.year for day in founded) if founded else (1, now.as_of.year)
    years = Interval(Decimal(_years_had(now, late)), Decimal(_years_had(now, early)))
    value = found.over(years)
    assert value is not None
    ratio = Ratio(found, years, "项")
    return Known(value, f"转化数 ÷ {years.high} 年", ratio, () if years.exact else (FOUNDED,))


def _years_had(now: Standing, founded: int) -> int:
    return min(3, max(1, now.last_year - founded + 1))


def profitable_years(now: Standing) -> Fact3:
    """Consecutive years of profit up to last year, over the years that are known."""
    years = 0
    while years < 10:
        found = now.one("finance.net_profit", now.last_year - years)
        if isinstance(found, Unknown):
            founded = now.founded()
            if founded is not None and now.last_year - years < founded[0].year:
                return Known(point(years), "连续盈利年数")
            if not years:
                return found
            return Known(Interval(Decimal(years), INF, False, True), "连续盈利年数（已知年度）")
        if found.low > 0 or (found.low == 0 and found.low_open):
            years += 1
        elif found.high <= 0:
            return Known(point(years), "连续盈利年数")
        else:
            return Unknown(("finance.net_profit",))
    return Known(Interval(Decimal(years), INF, False, True), "连续盈利年数（已知年度）")


def either(*names: str) -> Compute:
    """Yes when one is yes, no when all are no."""

    def compute(now: Standing) -> Fact3:
        found = [now.fact(name) for name in names]
        if any(fact is not None and fact.value is True for fact in found):
            return Known(True, "其中一项有效")
        if all(fact is not None and fact.value is False for fact in found):
            return Known(False, "都没有")
        return joined(_absent(now, name) for name, fact in zip(names, found, strict=True) if not _is_no(fact))

    return compute


def implied(name: str, *by: str) -> Compute:
    """Yes when something that includes it is; otherwise it is asked for itself."""

    def compute(now: Standing) -> Fact3:
        facts = [now.fact(other) for other in by]
        return (
            Known(True, "由已有资质") if any(f is not None and f.value is True for f in facts) else _absent(now, name)
        )

    return compute


def at_least(name: str, other: str) -> Compute:
    """No less than a narrower figure."""

    def compute(now: Standing) -> Fact3:
        known = now.one(other)
        if isinstance(known, Unknown) or known.low <= 0:
            return _absent(now, name)
        return Known(Interval(known.low, INF, known.low_open, True), "不少于较短期间的数", missing=(name,))

    return compute


def _is_no(fact: Fact | None) -> bool:
    return fact is not None and fact.value is False


def size(now: Standing) -> Fact3:
    """企业规模 by industry, staff, revenue and assets; without an industry code it is asked for itself. A client who
    doesn't know their size class may still know the figures it follows from.
    """
    code = now.company.industry_code
    industry = sizes().industry(code) if code else None
    if industry is None:
        return _absent(now, "entity.sme_size")
    figures = {
        "staff": now.one("hr.headcount"),
        "revenue": now.one("finance.revenue", now.last_year),
        "assets": now.one("finance.total_assets", now.last_year),
    }
    known: dict[Metric, Interval] = {
        metric: figure for metric in industry.metrics if isinstance(figure := figures[metric], Interval)
    }
    possible = possible_sizes(industry, known)
    formula = f"按{industry.name}划型"
    if len(possible) == 1:
        return Known(possible[0], formula)
    unknown = [figure for metric in industry.metrics if isinstance(figure := figures[metric], Unknown)]
    return Known(frozenset(possible), formula, missing=joined(unknown).missing)


def same(base: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        found = now.one(base)
        return found if isinstance(found, Unknown) else Known(found)

    return compute


def _absent(now: Standing, name: str) -> Unknown:
    fact = now.fact(name)
    why = "absent" if fact is None else "declined" if fact.declined else "unknown"
    return Unknown((name,), why)  # type: ignore[arg-type]


def _years(start: date, end: date) -> Decimal:
    """Whole anniversaries, plus the part of the running year; exact on an anniversary."""
    years = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
    anniversary = _anniversary(start, start.year + years)
    return Decimal(years) + exactly(Fraction((end - anniversary).days, 366))


def _anniversary(start: date, year: int) -> date:
    try:
        return start.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)

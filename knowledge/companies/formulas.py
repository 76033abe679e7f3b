"""The derived fields: which base facts each rests on and how it is computed. Windows end with the last fiscal year."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from knowledge.companies.company import Fact
from knowledge.companies.growth import cagr, growth, mean_growth
from knowledge.companies.series import Standing, Years, joined
from knowledge.policies.facts import Fact3, Known, Ratio, Unknown
from knowledge.policies.fields import find_field
from knowledge.policies.interval import INF, Interval, exactly, least, point
from knowledge.policies.sizes import Metric, possible_sizes, sizes

Compute = Callable[[Standing], Fact3]
FOUNDED = "entity.established_on"


@dataclass(frozen=True)
class Formula:
    needs: tuple[str, ...]
    compute: Compute


def last(base: str) -> Formula:
    def compute(now: Standing) -> Fact3:
        found = now.one(base, now.last_year)
        return found if isinstance(found, Unknown) else Known(found, f"{now.last_year} 年")

    return Formula((base,), compute)


def total(base: str, years: int) -> Formula:
    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Unknown):
            return found
        return Known(_sum(found), f"{_span(found)}合计")

    return Formula((base, FOUNDED), compute)


def average(base: str, years: int) -> Formula:
    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Unknown) or not found.figures:
            return found if isinstance(found, Unknown) else Unknown()
        count = point(len(found.figures))
        value = _sum(found).over(count)
        assert value is not None
        return Known(value, f"{_span(found)}平均", Ratio(_sum(found), count, _unit(base)))

    return Formula((base, FOUNDED), compute)


def lowest(base: str, years: int) -> Formula:
    """The smallest of the years; every year must be known."""

    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Unknown) or len(found.figures) < years:
            return found if isinstance(found, Unknown) else Unknown()
        return Known(least(*found.figures), f"{_span(found)}各年取低")

    return Formula((base, FOUNDED), compute)


def positive(base: str, years: int) -> Formula:
    """Above zero in each of the years; a company without all of them has not shown it."""

    def compute(now: Standing) -> Fact3:
        found = now.over(base, years)
        if isinstance(found, Years):
            if len(found.figures) < years:
                return Known(False, f"不足 {years} 个完整会计年度")
            low = least(*found.figures)
            if low.low > 0 or (low.low == 0 and low.low_open):
                return Known(True, f"{_span(found)}均大于 0")
            return Known(False, f"{_span(found)}") if low.high <= 0 else Unknown((base,))
        # One losing year decides whatever the others are.
        for year in range(now.last_year - years + 1, now.last_year + 1):
            one = now.one(base, year)
            if isinstance(one, Interval) and one.high <= 0:
                return Known(False, f"{year} 年不大于 0")
        return found

    return Formula((base, FOUNDED), compute)


def share(part: str, whole: str, years: int) -> Formula:
    """Sum of the part over the sum of the whole, for the same years."""

    def compute(now: Standing) -> Fact3:
        top, bottom = now.over(part, years), now.over(whole, years)
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        if top.years != bottom.years:
            return Unknown((part, whole), detail="分子与分母的年份不一致")
        return _ratio(_sum(top), _sum(bottom), _unit(part), f"{_span(top)}合计之比")

    needs = (part, whole) if years == 1 else (part, whole, FOUNDED)
    return Formula(needs, compute)


def lowest_share(part: str, whole: str, years: int) -> Formula:
    def compute(now: Standing) -> Fact3:
        top, bottom = now.over(part, years), now.over(whole, years)
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        parts = [a.over(b) for a, b in zip(top.figures, bottom.figures, strict=False)]
        if len(parts) < years or any(part is None for part in parts) or len(top.figures) != len(bottom.figures):
            return Unknown()
        return Known(least(*(part for part in parts if part is not None)), f"{_span(top)}各年取低")

    return Formula((part, whole, FOUNDED), compute)


def people(part: str) -> Formula:
    def compute(now: Standing) -> Fact3:
        top, bottom = now.one(part), now.one("hr.headcount")
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        return _ratio(top, bottom, "人", "占职工总数", grows=True)

    return Formula((part, "hr.headcount"), compute)


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

    return Formula(bases, compute)


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


def yearly_growth(base: str) -> Compute:
    """高企: ½ (Y2/Y1 + Y3/Y2) − 1, with what the guide says of zero years and young companies."""

    def compute(now: Standing) -> Fact3:
        found = now.over(base, 3)
        if isinstance(found, Unknown):
            return found
        value = mean_growth(found.figures)
        return Unknown((base,)) if value is None else Known(value, f"½(Y2/Y1+Y3/Y2)−1，{_span(found)}")

    return compute


def compound(base: str, years: int) -> Compute:
    def compute(now: Standing) -> Fact3:
        first, end = now.one(base, now.last_year - years), now.one(base, now.last_year)
        if isinstance(first, Unknown) or isinstance(end, Unknown):
            return joined(x for x in (first, end) if isinstance(x, Unknown))
        value = cagr(first, end, years)
        return Unknown() if value is None else Known(value, f"{now.last_year - years}～{now.last_year} 年复合")

    return compute


def change(base: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        first, end = now.one(base, now.last_year - 1), now.one(base, now.last_year)
        if isinstance(first, Unknown) or isinstance(end, Unknown):
            return joined(x for x in (first, end) if isinstance(x, Unknown))
        value = growth(first, end)
        if value is None:
            return Unknown()
        return Known(value, f"{now.last_year} 年比 {now.last_year - 1} 年", Ratio(end - first, first, _unit(base)))

    return compute


def mean_change(base: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        figures = [now.one(base, now.last_year - back) for back in (2, 1, 0)]
        if any(isinstance(one, Unknown) for one in figures):
            return joined(one for one in figures if isinstance(one, Unknown))
        value = mean_growth([one for one in figures if isinstance(one, Interval)], zero_counts=False)
        return Unknown() if value is None else Known(value, "近两年增长率的平均")

    return compute


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


def ratio_last_year(part: str, whole: str, formula: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        top, bottom = now.one(part, now.last_year), now.one(whole, now.last_year)
        if isinstance(top, Unknown) or isinstance(bottom, Unknown):
            return joined(x for x in (top, bottom) if isinstance(x, Unknown))
        return _ratio(top, bottom, "万元", formula)

    return compute


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
    """企业规模 by industry, staff, revenue and assets; without an industry code it is asked for itself."""
    given = now.fact("entity.sme_size")
    code = now.company.industry_code
    industry = sizes().industry(code) if code else None
    if industry is None or (given is not None and not given.known):
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


def _ratio(top: Interval, bottom: Interval, unit: str, formula: str, *, grows: bool = False) -> Fact3:
    value = top.over(bottom)
    if value is None:
        return Unknown()
    return Known(value, formula, Ratio(top, bottom, unit, grows))


def _sum(years: Years) -> Interval:
    return sum(years.figures, point(0))


def _span(years: Years) -> str:
    if not years.years:
        return "无完整年度"
    return f"{years.years[0]}～{years.years[-1]} 年" if len(years.years) > 1 else f"{years.years[0]} 年"


def _unit(base: str) -> str:
    known = find_field(base)
    return known.shown_unit if known else ""


def with_needs(compute: Compute, *needs: str) -> Formula:
    return Formula(needs, compute)


FORMULAS: dict[str, Formula] = {
    "entity.age_days_at_apply": with_needs(age_days, FOUNDED),
    "entity.sme_size": with_needs(size, "entity.sme_size", "hr.headcount", "finance.revenue", "finance.total_assets"),
    "entity.age_years": with_needs(age_years, FOUNDED),
    **{
        f"finance.{base}_last_year": last(f"finance.{base}")
        for base in ("revenue", "main_revenue", "net_profit", "net_assets", "ocf", "total_assets", "taxable_income")
    },
    "finance.revenue_2y_avg": average("finance.revenue", 2),
    "finance.revenue_3y_total": total("finance.revenue", 3),
    "finance.main_revenue_3y_avg": average("finance.main_revenue", 3),
    "finance.main_revenue_ratio": share("finance.main_revenue", "finance.revenue", 1),
    "finance.hitech_income_ratio_last_year": share("finance.hitech_income", "finance.revenue", 1),
    "finance.debt_ratio": with_needs(
        ratio_last_year("finance.total_liabilities", "finance.total_assets", "负债总额 ÷ 资产总额"),
        *("finance.total_liabilities", "finance.total_assets"),
    ),
    "finance.net_margin_last_year": with_needs(
        ratio_last_year("finance.net_profit", "finance.revenue", "净利润 ÷ 营业收入"),
        *("finance.net_profit", "finance.revenue"),
    ),
    "finance.net_profit_2y_total": total("finance.net_profit", 2),
    "finance.net_profit_3y_total": total("finance.net_profit", 3),
    "finance.net_profit_each_2y_min": lowest("finance.net_profit", 2),
    "finance.net_profit_positive_2y": positive("finance.net_profit", 2),
    "finance.net_profit_positive_3y": positive("finance.net_profit", 3),
    "finance.ocf_3y_total": total("finance.ocf", 3),
    "finance.ocf_positive_2y": positive("finance.ocf", 2),
    "finance.profitable_years": with_needs(profitable_years, "finance.net_profit"),
    "finance.revenue_growth_hnte": with_needs(yearly_growth("finance.revenue"), "finance.revenue", FOUNDED),
    "finance.net_asset_growth_hnte": with_needs(yearly_growth("finance.net_assets"), "finance.net_assets", FOUNDED),
    "finance.revenue_cagr_2y": with_needs(compound("finance.revenue", 2), "finance.revenue"),
    "finance.revenue_cagr_3y": with_needs(compound("finance.revenue", 3), "finance.revenue"),
    "finance.revenue_growth_last_year": with_needs(change("finance.revenue"), "finance.revenue"),
    "finance.main_revenue_growth_last_year": with_needs(change("finance.main_revenue"), "finance.main_revenue"),
    "finance.main_revenue_growth_2y_avg": with_needs(mean_change("finance.main_revenue"), "finance.main_revenue"),
    "rd.expense_last_year": last("rd.expense"),
    "rd.annual_expenditure": last("rd.expense"),
    "rd.expense_2y_total": total("rd.expense", 2),
    "rd.expense_3y_total": total("rd.expense", 3),
    "rd.expense_2y_avg": average("rd.expense", 2),
    "rd.expense_each_of_2y_min": lowest("rd.expense", 2),
    "rd.expense_ratio_revenue_last_year": share("rd.expense", "finance.revenue", 1),
    "rd.expense_ratio_2y": share("rd.expense", "finance.revenue", 2),
    "rd.expense_ratio_3y": share("rd.expense", "finance.revenue", 3),
    "rd.expense_ratio_each_of_2y_min": lowest_share("rd.expense", "finance.revenue", 2),
    "rd.domestic_ratio_3y": share("rd.domestic_expense", "rd.expense", 3),
    "rd.fulltime_rd_staff": with_needs(same("hr.rd_staff_fulltime"), "hr.rd_staff_fulltime"),
    "rd.transfer_avg_per_year_3y": with_needs(transfers, "rd.transfer_count_3y", FOUNDED),
    "equity.new_financing_3y": with_needs(
        at_least("equity.new_financing_3y", "equity.new_financing_2y"), "equity.new_financing_3y"
    ),
    "qual.tech_and_innovative_sme_valid": with_needs(
        either("qual.tech_sme_valid", "qual.innovative_sme_valid"), "qual.tech_sme_valid", "qual.innovative_sme_valid"
    ),
    "qual.hnte_or_national_tech_demo_or_ip_demo_valid": with_needs(
        implied("qual.hnte_or_national_tech_demo_or_ip_demo_valid", "qual.hnte_valid"),
        "qual.hnte_or_national_tech_demo_or_ip_demo_valid",
    ),
    "qual.srdi_sme_or_above": with_needs(
        implied("qual.srdi_sme_or_above", "qual.srdi_sme_valid", "qual.little_giant_valid"), "qual.srdi_sme_or_above"
    ),
    "hr.tech_staff_ratio": people("hr.tech_staff"),
    "hr.rd_staff_ratio": people("hr.rd_staff_fulltime"),
    "ip.class1_count": count("ip.invention_patents"),
    "ip.class2_count": count("ip.utility_models", "ip.designs", "ip.software_copyrights"),
    "ip.total_count": count("ip.invention_patents", "ip.utility_models", "ip.designs", "ip.software_copyrights"),
}

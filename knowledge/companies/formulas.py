"""The derived fields: which base facts each rests on and how it is computed. Windows end with the last fiscal year."""

from collections.abc import Callable

from knowledge.companies.growth import cagr, growth, mean_growth
from knowledge.companies.measures import (
    FOUNDED,
    Compute,
    Formula,
    average,
    count,
    last,
    lowest,
    lowest_share,
    people,
    positive,
    ratio_last_year,
    share,
    span,
    total,
    unit,
)
from knowledge.companies.series import Standing, joined
from knowledge.companies.standing import (
    age_days,
    age_years,
    at_least,
    either,
    implied,
    profitable_years,
    same,
    size,
    transfers,
)
from knowledge.policies.facts import Fact3, Known, Ratio, Unknown
from knowledge.policies.interval import Interval

NO_BASE = Unknown((), detail="基期为 0、负数或可能为 0，算不出增长率")


def yearly_growth(base: str) -> Compute:
    """高企: ½ (Y2/Y1 + Y3/Y2) − 1, with what the guide says of zero years and young companies."""

    def compute(now: Standing) -> Fact3:
        found = now.over(base, 3)
        if isinstance(found, Unknown):
            return found
        value = mean_growth(found.figures)
        return Unknown((base,)) if value is None else Known(value, f"½(Y2/Y1+Y3/Y2)−1，{span(found)}")

    return compute


def compound(base: str, years: int) -> Compute:
    def compute(now: Standing) -> Fact3:
        first, end = now.one(base, now.last_year - years), now.one(base, now.last_year)
        if isinstance(first, Unknown) or isinstance(end, Unknown):
            return joined(x for x in (first, end) if isinstance(x, Unknown))
        value = cagr(first, end, years)
        return NO_BASE if value is None else Known(value, f"{now.last_year - years}～{now.last_year} 年复合")

    return compute


def change(base: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        first, end = now.one(base, now.last_year - 1), now.one(base, now.last_year)
        if isinstance(first, Unknown) or isinstance(end, Unknown):
            return joined(x for x in (first, end) if isinstance(x, Unknown))
        value = growth(first, end)
        if value is None:
            return NO_BASE
        return Known(value, f"{now.last_year} 年比 {now.last_year - 1} 年", Ratio(end - first, first, unit(base)))

    return compute


def mean_change(base: str) -> Compute:
    def compute(now: Standing) -> Fact3:
        figures = [now.one(base, now.last_year - back) for back in (2, 1, 0)]
        if any(isinstance(one, Unknown) for one in figures):
            return joined(one for one in figures if isinstance(one, Unknown))
        value = mean_growth([one for one in figures if isinstance(one, Interval)], zero_counts=False)
        return NO_BASE if value is None else Known(value, "近两年增长率的平均")

    return compute


def made(make: Callable[..., Compute], *args: str | int, needs: tuple[str, ...]) -> Formula:
    """The formula of a maker and its arguments, which are its recipe."""
    return Formula(needs, make(*args), (make.__name__, *args))


def plain(compute: Compute, *needs: str) -> Formula:
    return Formula(needs, compute, (compute.__name__,))


FORMULAS: dict[str, Formula] = {
    "entity.age_days_at_apply": plain(age_days, FOUNDED),
    "entity.sme_size": plain(size, "entity.sme_size", "hr.headcount", "finance.revenue", "finance.total_assets"),
    "entity.age_years": plain(age_years, FOUNDED),
    **{
        f"finance.{base}_last_year": last(f"finance.{base}")
        for base in ("revenue", "main_revenue", "net_profit", "net_assets", "ocf", "total_assets", "taxable_income")
    },
    "finance.revenue_2y_avg": average("finance.revenue", 2),
    "finance.revenue_3y_total": total("finance.revenue", 3),
    "finance.main_revenue_3y_avg": average("finance.main_revenue", 3),
    "finance.main_revenue_ratio": share("finance.main_revenue", "finance.revenue", 1),
    "finance.hitech_income_ratio_last_year": share("finance.hitech_income", "finance.revenue", 1),
    "finance.debt_ratio": made(
        ratio_last_year,
        "finance.total_liabilities",
        "finance.total_assets",
        "负债总额 ÷ 资产总额",
        needs=("finance.total_liabilities", "finance.total_assets"),
    ),
    "finance.net_margin_last_year": made(
        ratio_last_year,
        "finance.net_profit",
        "finance.revenue",
        "净利润 ÷ 营业收入",
        needs=("finance.net_profit", "finance.revenue"),
    ),
    "finance.net_profit_2y_total": total("finance.net_profit", 2),
    "finance.net_profit_3y_total": total("finance.net_profit", 3),
    "finance.net_profit_each_2y_min": lowest("finance.net_profit", 2),
    "finance.net_profit_positive_2y": positive("finance.net_profit", 2),
    "finance.net_profit_positive_3y": positive("finance.net_profit", 3),
    "finance.ocf_3y_total": total("finance.ocf", 3),
    "finance.ocf_positive_2y": positive("finance.ocf", 2),
    "finance.profitable_years": plain(profitable_years, "finance.net_profit"),
    "finance.revenue_growth_hnte": made(yearly_growth, "finance.revenue", needs=("finance.revenue", FOUNDED)),
    "finance.net_asset_growth_hnte": made(yearly_growth, "finance.net_assets", needs=("finance.net_assets", FOUNDED)),
    "finance.revenue_cagr_2y": made(compound, "finance.revenue", 2, needs=("finance.revenue",)),
    "finance.revenue_cagr_3y": made(compound, "finance.revenue", 3, needs=("finance.revenue",)),
    "finance.revenue_growth_last_year": made(change, "finance.revenue", needs=("finance.revenue",)),
    "finance.main_revenue_growth_last_year": made(change, "finance.main_revenue", needs=("finance.main_revenue",)),
    "finance.main_revenue_growth_2y_avg": made(mean_change, "finance.main_revenue", needs=("finance.main_revenue",)),
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
    "rd.fulltime_rd_staff": made(same, "hr.rd_staff_fulltime", needs=("hr.rd_staff_fulltime",)),
    "rd.transfer_avg_per_year_3y": plain(transfers, "rd.transfer_count_3y", FOUNDED),
    "equity.new_financing_3y": made(
        at_least, "equity.new_financing_3y", "equity.new_financing_2y", needs=("equity.new_financing_3y",)
    ),
    "qual.tech_and_innovative_sme_valid": made(
        either,
        "qual.tech_sme_valid",
        "qual.innovative_sme_valid",
        needs=("qual.tech_sme_valid", "qual.innovative_sme_valid"),
    ),
    "qual.hnte_or_national_tech_demo_or_ip_demo_valid": made(
        implied,
        "qual.hnte_or_national_tech_demo_or_ip_demo_valid",
        "qual.hnte_valid",
        needs=("qual.hnte_or_national_tech_demo_or_ip_demo_valid",),
    ),
    "qual.srdi_sme_or_above": made(
        implied,
        "qual.srdi_sme_or_above",
        "qual.srdi_sme_valid",
        "qual.little_giant_valid",
        needs=("qual.srdi_sme_or_above",),
    ),
    "hr.tech_staff_ratio": people("hr.tech_staff"),
    "hr.rd_staff_ratio": people("hr.rd_staff_fulltime"),
    "ip.class1_count": count("ip.invention_patents"),
    "ip.class2_count": count("ip.utility_models", "ip.designs", "ip.software_copyrights"),
    "ip.total_count": count("ip.invention_patents", "ip.utility_models", "ip.designs", "ip.software_copyrights"),
}

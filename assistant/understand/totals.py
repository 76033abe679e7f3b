"""Figures told for several years together, and years in a market told by themselves."""

import re
from decimal import Decimal

from assistant.understand.numbers import find_numbers, parse_number
from assistant.understand.values import Said

# 三年研发费加起来620万: one figure for three years is no figure of the last one.
TOTALS = {
    "rd.expense": "rd.expense_3y_total",
    "finance.revenue": "finance.revenue_3y_total",
    "finance.net_profit": "finance.net_profit_3y_total",
    "finance.ocf": "finance.ocf_3y_total",
}
THREE_YEARS = re.compile(r"(?<![第满做干耕])(?:三|3)个?(?:会计)?年(?!前|后|内|以|多|级)")
TOGETHER = re.compile(r"合计|加起来|总共|一共|累计|总计")
EACH = re.compile(r"每年|平均|年均|分别|各|都|连续|连着")
YEARS_ALONE = re.compile(
    r"(?:^|[，,])(?:我们|大概|大约|差不多|约|已经|从事|干了?|做了?|有|了)*"
    r"(\d{1,2}(?:\.\d)?|[一二两三四五六七八九十]{1,3})年(?!\d|底|初|度)"
)
LONGEST_YEARS = 80


def is_total(clause: str) -> bool:
    """Whether the clause tells one figure for three years together."""
    figures = [quantity for quantity in find_numbers(THREE_YEARS.sub("", clause)) if quantity.scaled]
    return bool(THREE_YEARS.search(clause)) and not EACH.search(clause) and len(figures) == 1


def totalled(said: Said) -> Said:
    """A yearly figure as the three years' total it is, where there is a field for that."""
    if said.field not in TOTALS:
        return said
    return said.model_copy(update={"field": TOTALS[said.field], "year": None, "period": None})


def share_of_totals(found: list[Said]) -> list[Said]:
    """The three-year share of research in revenue, when both totals are told."""
    both = [next((s for s in found if s.field == TOTALS[name]), None) for name in ("rd.expense", "finance.revenue")]
    part, whole = ((s.value or s.low, s.value or s.high) if s else (None, None) for s in both)
    ends = (*part, *whole)
    if not all(isinstance(end, Decimal) and end > 0 for end in ends):
        return []
    low, high = Decimal(str(part[0])) / Decimal(str(whole[1])), Decimal(str(part[1])) / Decimal(str(whole[0]))
    words = "，".join(s.text for s in both if s)
    share = Said(field="rd.expense_ratio_3y", unit="ratio", text=words)
    if low == high:
        return [share.model_copy(update={"value": low.normalize()})]
    return [share.model_copy(update={"low": low, "high": high})]


def years_asked(text: str) -> list[Said]:
    """做了6年, or 6年 by itself, where years in the market were asked for among other things."""
    match = YEARS_ALONE.search(text)
    number = parse_number(match[1]) if match else None
    if match is None or number is None or number[0] > LONGEST_YEARS:
        return []
    return [Said(field="market.segment_years", value=number[0], unit="年", text=match[0].strip("，,"))]

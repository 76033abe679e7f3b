"""Spans in months: how long somebody worked (5年零2个月, 两年半, 三年多), how long a contract runs (签一年)."""

import re
from decimal import Decimal

from assistant.understand.numbers import Quantity, find_numbers

LONGEST_YEARS = 60
NOT_SERVED = re.compile(r"(?:前|近|过去|提前|上)(?:的)?$")  # 离职前12个月 is what the wage is the mean of
A_YEAR_IN = re.compile(r"^(?:来|内|之?前|以前|后|底|初|度|期)")
JOINS = re.compile(r"^(?:零|又|多|外加|加|，)?$")
TERM = re.compile(r"(?:签|租期|合同期限?|为期|期限|租约?)(?:了|是|为|约|共|合同)*$")
OPEN = re.compile(r"^[多余]")


def months_served(text: str) -> tuple[Decimal, ...]:
    """One figure where the words settle it, both ends where they are vague (三年多); () when none is told."""
    figures = list(find_numbers(text))
    for index, figure in enumerate(figures):
        if NOT_SERVED.search(text[: figure.start]):
            continue
        if figure.unit == "年" and not A_YEAR_IN.match(text[figure.end :]):
            low, high = _ends(figure)
            if high > LONGEST_YEARS:
                continue
            after = figures[index + 1] if index + 1 < len(figures) else None
            more = _months(after, text) if after and JOINS.match(text[figure.end : after.start]) else None
            if more is not None and low == high:
                return (low * 12 + more,)
            if low == high and not OPEN.match(text[figure.end :]):
                return (low * 12,)
            return (low * 12 + 1, max(high, low + 1) * 12 - 1)
        if (months := _months(figure, text)) is not None:
            return (months,)
    return ()


def months_agreed(text: str) -> Decimal | None:
    """The term of a contract in months: 签一年, 租期三年, 合同期18个月."""
    for figure in find_numbers(text):
        if figure.value is None or not TERM.search(text[: figure.start]):
            continue
        if figure.unit == "年":
            return figure.value * 12
        if (months := _months(figure, text)) is not None:
            return months
    return None


def _months(figure: Quantity, text: str) -> Decimal | None:
    if figure.value is None:
        return None
    counted = figure.unit == "个" and text[figure.end : figure.end + 1] == "月"
    return figure.value if counted and not NOT_SERVED.search(text[: figure.start]) else None


def _ends(figure: Quantity) -> tuple[Decimal, Decimal]:
    low = figure.low if figure.low is not None else figure.high
    high = figure.high if figure.high is not None else figure.low
    return low or Decimal(0), high or Decimal(0)

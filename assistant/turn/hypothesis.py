"""Values a question supposes: 科技人员占比9%科小能过吗, 评分刚好70分算通过吗. They are judged, never stored."""

import re

from assistant.understand.numbers import Quantity, find_numbers
from knowledge.policies import Programme
from knowledge.policies.facts import Known
from knowledge.policies.interval import INF, Interval
from knowledge.policies.programme import Node, walk

NEAR = 10  # characters between a condition's name and its value
UNITS = {"ratio": ("%", "个点", "个百分点", "百分点"), "天": ("天",), "分": ("分",)}


def suppose(programme: Programme, text: str) -> dict[str, Known]:
    """Field → supposed value, for what a client can't state as a base fact: ratios, days of age, scores."""
    quantities = tuple(find_numbers(text))
    found: dict[str, Known] = {}
    for node in walk(programme.conditions):
        field, unit, words = _named(node, programme)
        if field is None or unit not in UNITS or field in found:
            continue
        for word in sorted(words, key=len, reverse=True):
            at = text.find(word)
            quantity = _beside(text, at, at + len(word), quantities, unit) if at >= 0 else None
            if quantity is not None:
                found[field] = _known(quantity)
                break
    return found


def _named(node: Node, programme: Programme) -> tuple[str | None, str, tuple[str, ...]]:
    if node.score and programme.score is not None:
        return programme.score.field, "分", (*programme.score.words, programme.score.label)
    words = (*node.words, node.label) if node.label else node.words
    if node.unit == "天":
        words = (*words, "成立")
    return node.field, node.unit or "", words


def _beside(text: str, start: int, end: int, quantities: tuple[Quantity, ...], unit: str) -> Quantity | None:
    for quantity in quantities:
        follows = text[quantity.end : quantity.end + 1]
        fits = quantity.unit in UNITS[unit] or (unit == "分" and follows == "分")
        gap = text[end : quantity.start] if quantity.start >= end else text[quantity.end : start]
        if fits and len(gap) <= NEAR and not re.search("[,，。；]", gap):
            return quantity
    return None


def _known(quantity: Quantity) -> Known:
    low = quantity.low if quantity.value is None else quantity.value
    high = quantity.high if quantity.value is None else quantity.value
    ends = (-INF if low is None else low, INF if high is None else high)
    return Known(Interval(*ends, low is None, high is None or quantity.high_open))

"""What a condition needs, what is so, and the smallest change that closes the gap, in Chinese."""

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from knowledge.policies.facts import Fact3, Known, Ratio, Unknown
from knowledge.policies.fields import Field, find_field
from knowledge.policies.interval import INF, Interval
from knowledge.policies.programme import Node

MORE = {">=": "不低于", "<=": "不超过", ">": "大于", "<": "小于", "==": "等于"}
COUNTED = {"人", "项", "家", "名", "天", "年", "月"}


def need(node: Node) -> str:
    """`不低于 10%`, `不超过 500 人`, `是`."""
    value = node.value
    if node.op == "manual":
        return "由专家或主管部门判断"
    if isinstance(value, bool):
        return "是" if value else "没有"
    if isinstance(value, tuple):
        return f"{'、'.join(value)}之一" if len(value) > 1 else value[0]
    if isinstance(value, Decimal):
        word = "不少于" if node.op == ">=" and unit_of(node) in COUNTED else MORE[node.op]
        return f"{word} {figure(value, unit_of(node))}"
    return str(value)


def unit_of(node: Node) -> str:
    field = find_field(node.field or "")
    return node.unit or (field.shown_unit if field else "")


def figure(value: Decimal, unit: str) -> str:
    """A number as a person reads it: 10%, 3,200 万元."""
    if unit == "ratio":
        return f"{tidy(value * 100, 2)}%"
    return f"{tidy(value, 4)} {unit}".strip()


def tidy(value: Decimal, places: int) -> str:
    """Thousands apart, no idle zeros."""
    if not value.is_finite():
        return "∞" if value > 0 else "-∞"
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(fact: Fact3, unit: str, *, negated: bool = False) -> str:
    """What is known, for a person. `negated`: the condition asks that there be none."""
    if isinstance(fact, Unknown):
        return {"declined": "不便提供", "unknown": "待核实"}.get(fact.why, "未提供")
    value = fact.value
    if isinstance(value, bool):
        return ("有" if value else "没有") if negated else "是" if value else "否"
    if isinstance(value, Interval):
        return span(value, unit)
    return "或".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def span(value: Interval, unit: str) -> str:
    if value.exact:
        return figure(value.low, unit)
    if value.high == INF:
        return f"{figure(value.low, unit)}以上" if value.low > -INF else "不确定"
    if value.low == -INF:
        return f"{figure(value.high, unit)}以下"
    low = tidy(value.low * 100, 2) if unit == "ratio" else tidy(value.low, 4)
    return f"{low}～{figure(value.high, unit)}"


def actual(fact: Fact3) -> object:
    """The figure, truth or words for a program; an interval as `{low, high}`, an unbounded end as null."""
    if isinstance(fact, Unknown):
        return None
    value = fact.value
    if isinstance(value, Interval):
        if value.exact:
            return value.low
        return {name: _plain(end) for name, end in (("low", value.low), ("high", value.high))}
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def _plain(end: Decimal) -> int | float | None:
    if not end.is_finite():
        return None
    return int(end) if end == end.to_integral() else float(end)


def gap(node: Node, fact: Fact3, as_of: date) -> str | None:
    """For a condition that isn't met: the smallest change that meets it."""
    field = find_field(node.field or "")
    assert field is not None
    if not isinstance(fact, Known) or node.op == "manual":
        return None
    if isinstance(node.value, bool):
        return "需先取得或满足这一项" if node.value else "需先消除这一情形"
    if not isinstance(node.value, Decimal) or not isinstance(fact.value, Interval):
        return f"需为{need(node)}"
    unit = unit_of(node)
    if node.op in (">=", ">"):
        return _short(node, fact, field, unit, as_of)
    if node.op in ("<=", "<"):
        return f"超出 {figure(fact.value.low - node.value, unit)}"
    return f"需为 {figure(node.value, unit)}"


def _short(node: Node, fact: Known, field: Field, unit: str, as_of: date) -> str:
    assert isinstance(node.value, Decimal)
    assert isinstance(fact.value, Interval)
    lacking = node.value - fact.value.high
    if node.field == "entity.age_days_at_apply":
        return f"还差 {tidy(lacking, 0)} 天，{as_of + timedelta(days=int(lacking))} 起满足"
    if fact.ratio is not None and unit == "ratio":
        return f"还差 {tidy(lacking * 100, 2)} 个百分点：{_more(fact.ratio, node.value, strict=node.op == '>')}"
    if field.kind == "count":
        whole = lacking.to_integral_value(ROUND_CEILING)
        whole += 1 if node.op == ">" and whole == lacking else 0
        return f"还差 {figure(whole, unit)}"
    return f"还差 {figure(lacking, unit)}" if lacking else f"需{need(node)}，恰好等于不算"


def _more(ratio: Ratio, bound: Decimal, *, strict: bool) -> str:
    """How much more of the part reaches the bound; people added to the part are added to the whole too."""
    short = bound * ratio.whole.low - ratio.part.high
    if ratio.grows and bound < 1:
        count = (short / (1 - bound)).to_integral_value(ROUND_CEILING)
        if strict and ratio.part.high + count <= bound * (ratio.whole.low + count):
            count += 1
        return f"再增 {tidy(count, 0)} {ratio.unit}"
    return f"再增 {figure(short, ratio.unit)}"

"""The columns of a company table: which fact each holds, and its cells as whole millionths, truths, words or days.

A cell that can't be read counts as unknown and is told with its column; an unknown column is told and left out.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis

from knowledge.companies.parse import LARGEST
from knowledge.companies.screening.sheet import NO, SCALE, Column, any_of, pick
from knowledge.policies.fields import Field, find_field, near

ABOUT = ("uscc", "name", "region", "industry_code")
BLANK = ("", "-", "--", "—", "/", "null", "none", "nan", "未知", "不详", "暂无")
TRUE, FALSE = ("true", "是", "有", "1", "yes"), ("false", "否", "没有", "无", "0", "no")
EPOCH = date(1970, 1, 1)
End = Literal["value", "low", "high"]


@dataclass(frozen=True)
class Heading:
    """What a column holds: the field, its fiscal year if the name has one, and which end of an interval."""

    column: str
    field: str
    year: int | None
    end: End
    entry: Field


def read_heading(column: str) -> Heading | str:
    """`finance.revenue.2025.low` taken apart, or the reason why it isn't the name of a fact."""
    name, end = column, "value"
    for ending in ("low", "high"):
        if name.endswith(f".{ending}"):
            name, end = name.removesuffix(f".{ending}"), ending
    year = None
    if len(tail := name.rsplit(".", 1)[-1]) == 4 and tail.isascii() and tail.isdigit():
        name, year = name.rsplit(".", 1)[0], int(tail)
    entry = find_field(name)
    if entry is None:
        close = near(name)
        return f"没有字段 {name[:60]}" + (f"，是不是 {'、'.join(close)}" if close else "") + "；这一列没有使用"
    if entry.kind == "manual":
        return f"{entry.label} 须由专家判断，不能作为数据；这一列没有使用"
    if end != "value" and not (entry.numeric or entry.kind == "date"):
        return f"{entry.label} 不是数，不能写范围；这一列没有使用"
    if year is not None and not entry.series:
        return f"{entry.label} 不分年度，列名应为 {name}；这一列没有使用"
    if entry.series and year is None and end == "value" and name != "finance.total_assets":
        return f"{entry.label} 要按年度写，列名例如 {name}.2025；这一列没有使用"
    return Heading(column, name, year, end, entry)  # type: ignore[arg-type]


def filled(raw: Column) -> Column:
    """Whether a cell says anything."""
    if raw.type().is_string():
        return raw.notnull() & ~raw.strip().lower().isin(BLANK)
    return raw.notnull()


def read_cells(raw: Column, entry: Field) -> Column:
    """The cells as the field's kind wants them; null where they are blank or can't be."""
    if entry.numeric:
        return _checked(_figures(raw, _limit(entry)), entry)
    if entry.kind == "bool":
        return _truths(raw)
    if entry.kind == "date":
        return _days(raw)
    words = raw.cast("string").strip()
    if entry.kind == "choice":
        return ibis.ifelse(words.isin(entry.values), words, ibis.null("string"))
    return ibis.ifelse(filled(words), words, ibis.null("string"))


def _limit(entry: Field) -> int:
    return int(LARGEST.get(entry.kind, 1))


def _figures(raw: Column, limit: int) -> Column:
    """Whole millionths, rounded to the nearest; null beyond the limit, where a unit is surely wrong."""
    kind = raw.type()
    if kind.is_boolean() or kind.is_temporal():
        return ibis.null("int64")
    if kind.is_floating():
        return ibis.ifelse(raw.abs() <= limit, (raw * SCALE).round().cast("int64"), ibis.null("int64"))
    if kind.is_integer():
        whole = raw.cast("int64")
        return ibis.ifelse(whole.abs() <= limit, whole * SCALE, ibis.null("int64"))
    number = raw.strip().try_cast("decimal(24, 6)") if kind.is_string() else raw.cast("decimal(24, 6)")
    return ibis.ifelse(number.abs() <= limit, (number * SCALE).cast("int64"), ibis.null("int64"))


def _checked(figures: Column, entry: Field) -> Column:
    wrong = []
    if not entry.signed and entry.kind != "rate":
        wrong.append(figures < 0)
    if entry.kind == "count":
        wrong.append(figures % SCALE != 0)
    return pick((any_of(wrong), ibis.null("int64")), other=figures) if wrong else figures


def _truths(raw: Column) -> Column:
    if raw.type().is_boolean():
        return raw
    words = raw.cast("string").strip().lower()
    return pick((words.isin(TRUE), True), (words.isin(FALSE), False), other=ibis.null("boolean"))


def _days(raw: Column) -> Column:
    """Days since 1970-01-01."""
    kind = raw.type()
    if kind.is_string():
        day = raw.strip().try_cast("date")
    elif kind.is_temporal():
        day = raw.cast("date")
    else:
        return ibis.null("int64")
    inside = (day >= ibis.literal(date(1900, 1, 1))) & (day <= ibis.literal(date(2100, 12, 31)))
    count = day.delta(ibis.literal(EPOCH), unit="day").cast("int64")
    return ibis.ifelse(inside.fill_null(NO), count, ibis.null("int64"))

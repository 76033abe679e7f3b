"""Regions and industries of a table: each distinct text is looked up once, the answers are joined to the rows."""

from collections.abc import Callable, Iterable

import ibis
import pyarrow as pa

from knowledge.base.regions import NATIONAL, contains, place
from knowledge.companies.screening.sheet import SCALE, Column, Sheet
from knowledge.companies.screening.standing import CLASSES, METRICS
from knowledge.policies.programme import Programme
from knowledge.policies.sizes import sizes

LOCATED = "located"
UNUSED = -1  # not null: on its way to Spark a null among whole numbers becomes a NaN, which is a number there


def covers(programme: Programme, spot: str) -> bool:
    return contains(programme.region, spot) and not any(contains(other, spot) for other in programme.except_regions)


def join_places(sheet: Sheet, texts: Iterable[str], programmes: Iterable[Programme]) -> dict[str, str]:
    """Whether each place is known, and lies where a programme applies: the column for each programme that isn't
    for everywhere. `sheet` must have a column `place_text`.
    """
    local = [one for one in programmes if one.region != NATIONAL or one.except_regions]
    known = [text for text in texts if place(text)]
    columns = {f"covers{index}": [covers(one, text) for text in known] for index, one in enumerate(local)}
    table = pa.table(
        {"place_key": pa.array(known, pa.string()), LOCATED: pa.array([True] * len(known), pa.bool_())}
        | {name: pa.array(values, pa.bool_()) for name, values in columns.items()}
    )
    memory = ibis.memtable(table)
    sheet.table = sheet.table.left_join(memory, sheet["place_text"] == memory["place_key"])
    return {one.id: name for one, name in zip(local, columns, strict=True)}


def join_industries(sheet: Sheet, codes: Iterable[str]) -> dict[tuple[str, str], str]:
    """The lower bounds of the size classes of each row's industry, in whole millionths. `sheet` must have a column
    `industry_text`.
    """
    found = [(code, industry) for code in codes if (industry := sizes().industry(code))]
    names = {(metric, kind): f"{metric}_{kind}" for metric in METRICS for _, kind in CLASSES}
    columns: dict[str, list[int]] = {name: [] for name in names.values()}
    for _, industry in found:
        for (metric, kind), name in names.items():
            used = industry.metrics.index(metric) if metric in industry.metrics else None
            columns[name].append(UNUSED if used is None else getattr(industry, kind)[used] * SCALE)
    table = pa.table(
        {"industry_key": pa.array([code for code, _ in found], pa.string())}
        | {name: pa.array(values, pa.int64()) for name, values in columns.items()}
    )
    memory = ibis.memtable(table)
    joined = sheet.table.left_join(memory, sheet["industry_text"] == memory["industry_key"])
    sheet.table = joined.mutate(**{name: joined[name].nullif(UNUSED) for name in names.values()})
    return names


def distinct(column: Column, read: Callable[[ibis.Table], pa.Table]) -> list[str]:
    """The different texts of a column."""
    table = column.as_table().distinct()
    return [str(one) for one in read(table).column(0).to_pylist() if one]

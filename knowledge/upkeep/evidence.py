"""What a figure may stand in: the values and words of a rule file, or a row beside the article."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.policies.book import FOLDER as RULES
from knowledge.policies.strict import LOADER
from knowledge.upkeep.figure import UNIT_CLASS, Figure
from knowledge.upkeep.reading import SCALE, figures

# Search words, other names and boundary cases say nothing of the law; a tax rule's examples are worked sums.
SILENT = frozenset({"id", "family", "old_ids", "aliases", "words", "field"})
LAST_BARE_YEAR = 2100


@dataclass(frozen=True)
class Evidence:
    """Keys (kind, value) that stand in the rules and rows of one article."""

    keys: frozenset[tuple[str, str | Decimal]]
    suffixes: frozenset[str] = field(default_factory=frozenset)

    def holds(self, figure: Figure) -> bool:
        kind, value = figure.key
        if figure.key in self.keys:
            return True
        if kind == "doc":
            return value in self.suffixes
        if isinstance(value, Decimal):
            return any(key in self.keys for key in _equal(kind, value))
        return False


def evidence(values: Any) -> Evidence:
    """Of rule files and rows as read from YAML."""
    keys = {key for figure in _walk(values, "") for key in _parts(figure)}
    docs = frozenset(str(value).rpartition("/")[2] for kind, value in keys if kind == "doc")
    return Evidence(frozenset(keys), docs)


@cache
def rule_files(folder: Path = RULES) -> dict[str, tuple[Any, ...]]:
    """Rule files by id and by family, every version of each."""
    found: dict[str, list[Any]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        data = yaml.load(path.read_text("utf-8"), LOADER)
        if "inputs" not in data:
            data.pop("examples", None)
        for name in {data.get("id"), data.get("family")} - {None}:
            found.setdefault(str(name), []).append(data)
    return {name: tuple(values) for name, values in found.items()}


def _walk(value: Any, unit: str) -> Iterator[Figure]:
    if isinstance(value, dict):
        own = str(value.get("unit") or "")
        for key, item in value.items():
            if key not in SILENT:
                yield from figures(str(key)) if not str(key).isidentifier() else ()
                yield from _walk(item, own if key == "value" else "")
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, "")
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float | date):
        yield from figures(f"{value}{unit}")
        yield from figures(str(value))
    else:
        yield from figures(value)
        if unit:
            yield from figures(f"{value}{unit}")


def _parts(figure: Figure) -> Iterator[tuple[str, str | Decimal]]:
    """A date also shows its year and its day in the year; a document its year; a bare 2026 is a year."""
    yield figure.key
    kind, value = figure.key
    if kind == "date":
        year, month, day = str(value).split("-")
        yield from (("year", year), ("month_day", f"{month}-{day}"), ("year_month", f"{year}-{month}"))
        yield "month", str(int(month))
    elif kind == "year_month":
        year, _, month = str(value).partition("-")
        yield from (("year", year), ("month", str(int(month))))
    elif kind == "month_day":
        yield "month", str(int(str(value)[:2]))
    elif kind == "doc" and "/" in str(value):
        yield "year", str(value).partition("/")[0]
    elif kind == "" and isinstance(value, Decimal) and 1949 <= value <= LAST_BARE_YEAR:
        yield "year", str(int(value))


def _equal(kind: str, value: Decimal) -> Iterator[tuple[str, str | Decimal]]:
    """The other ways a source may write the same amount; a bare number in a rule has the unit of its field."""
    value = value.normalize()
    if kind not in ("条", "款"):
        yield "", value
    if kind == "money":
        yield "", (value / SCALE["万"]).normalize()
    if kind == "年":
        yield "月", value * 12
    if kind == "月" and value % 12 == 0:
        yield "年", (value / 12).normalize()
    if kind == "年" and value == value.to_integral():
        yield "year", str(int(value))
    if kind == "":
        yield from ((name, value) for name in {*UNIT_CLASS.values(), "money", "ratio"})

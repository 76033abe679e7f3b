"""A table that grows by stages: what one stage puts is a column to the next, so that no expression is written twice."""

from collections.abc import Callable
from typing import Any

import ibis

Column = Any  # an Ibis column expression; the library's own types differ between backends and say nothing more here

SCALE = 1_000_000  # figures are whole millionths: 分 for money in 万元, ppm for ratios

YES: Column = ibis.literal(True)
NO: Column = ibis.literal(False)
OPEN: Column = ibis.null("boolean")


class Sheet:
    """`table` is the stage reached; `put` names a column of the next, `turn` goes there."""

    def __init__(self, table: ibis.Table) -> None:
        self.table = table
        self._fresh: dict[str, Column] = {}
        self._count = 0

    def __getitem__(self, name: str) -> Column:
        return self.table[name]

    def __contains__(self, name: str) -> bool:
        return name in self.table.columns

    def put(self, value: Column, prefix: str = "x") -> str:
        """The name under which the next stage finds the value."""
        self._count += 1
        name = f"{prefix}{self._count}"
        self._fresh[name] = value
        return name

    def fresh(self, name: str | int) -> Column:
        """The value behind a name of the next stage."""
        return self._fresh[name] if isinstance(name, str) else ibis.literal(name)

    def turn(self, keep: Callable[[str], bool] = lambda _: True) -> None:
        """Go to the next stage, with the columns put and those of before that are still wanted."""
        kept = {name: self.table[name] for name in self.table.columns if keep(name)}
        self.table = self.table.select(**kept, **self._fresh)
        self._fresh = {}


def all_of(parts: list[Column]) -> Column:
    """Kleene's and: false if one is, true if all are."""
    return _joined(parts, lambda a, b: a & b, YES)


def any_of(parts: list[Column]) -> Column:
    return _joined(parts, lambda a, b: a | b, NO)


def _joined(parts: list[Column], join: Any, empty: Column) -> Column:
    """As a balanced tree, so that long lists don't nest deeply."""
    if not parts:
        return empty
    while len(parts) > 1:
        pairs = [join(a, b) for a, b in zip(parts[::2], parts[1::2], strict=False)]
        parts = pairs + ([parts[-1]] if len(parts) % 2 else [])
    return parts[0]


def pick(*cases: tuple[Column, Column], other: Column) -> Column:
    """The value of the first case that holds; an open case doesn't."""
    return ibis.cases(*cases, else_=other)

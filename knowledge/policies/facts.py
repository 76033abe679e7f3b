"""What is known of a company on a day: each field a value, an interval, unknown or declined, with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from knowledge.policies.interval import Interval


@dataclass(frozen=True)
class Ratio:
    """What a ratio was made of. `grows` tells that adding to the part adds to the whole (people among people)."""

    part: Interval
    whole: Interval
    unit: str
    grows: bool = False


@dataclass(frozen=True)
class Known:
    """`value` is an `Interval` for numbers. `formula` says how a derived value came about."""

    value: Interval | bool | str | date
    formula: str | None = None
    ratio: Ratio | None = None


@dataclass(frozen=True)
class Unknown:
    """`missing` names base facts a person can answer; `why` is absent, unknown or declined."""

    missing: tuple[str, ...] = ()
    why: Literal["absent", "unknown", "declined"] = "absent"


Fact3 = Known | Unknown


@dataclass(frozen=True)
class Facts:
    """An immutable look-up; what isn't there is unknown and asked for under its own name."""

    values: Mapping[str, Fact3] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> Fact3:
        return self.values.get(name) or Unknown((name,))

    def rests_on(self, name: str) -> tuple[str, ...]:
        """Base facts behind a field, for questions."""
        return self.needs.get(name, (name,))


def number(value: Decimal | int) -> Known:
    return Known(Interval(Decimal(value), Decimal(value)))

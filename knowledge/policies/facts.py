"""What is known of a company on a day: each field a value, an interval, unknown or declined, with what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from knowledge.policies.interval import Interval, compare

Bound = Decimal | bool | str | tuple[str, ...]
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Ratio:
    """What a ratio was made of. `grows` tells that adding to the part adds to the whole (people among people)."""

    part: Interval
    whole: Interval
    unit: str
    grows: bool = False


@dataclass(frozen=True)
class Known:
    """`value` is an `Interval` for numbers, and a set of words while a choice is narrowed but open.

    `formula` says how a derived value came about; `missing` names base facts that would narrow it.
    """

    value: Interval | bool | str | date | frozenset[str]
    formula: str | None = None
    ratio: Ratio | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """`missing` names base facts a person can answer; `why` is absent, unknown or declined.

    `detail` says which part is missing (2024 年研发费用).
    """

    missing: tuple[str, ...] = ()
    why: Literal["absent", "unknown", "declined"] = "absent"
    detail: str = ""


Fact3 = Known | Unknown


class Reading(Protocol):
    """What judging reads of a company: a fact by its name, and the base facts it rests on."""

    def get(self, name: str) -> Fact3: ...

    def rests_on(self, name: str) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Facts:
    """An immutable look-up; what isn't there is unknown and asked for under its own name.

    `needs` names the base facts behind a derived field, `closed` those with nothing more to ask: known, declined, or
    not known to the client either. `open_years`: for a yearly figure known in part, the years that are missing.
    """

    values: Mapping[str, Fact3] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    open_years: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def get(self, name: str) -> Fact3:
        found = self.values.get(name)
        return found if found is not None else Unknown(self.needs.get(name, (name,)))

    def rests_on(self, name: str) -> tuple[str, ...]:
        """Base facts behind a field, for questions."""
        return self.needs.get(name, (name,))

    def replace(self, changes: Mapping[str, Fact3]) -> "Facts":
        return Facts({**self.values, **changes}, self.needs, self.closed, self.open_years)


@dataclass(frozen=True, slots=True)
class Supposed:
    """A reading in which one fact is another."""

    facts: Reading
    name: str
    fact: Known

    def get(self, name: str) -> Fact3:
        return self.fact if name == self.name else self.facts.get(name)

    def rests_on(self, name: str) -> tuple[str, ...]:
        return self.facts.rests_on(name)


def holds(known: Known, op: str, bound: Bound) -> bool | None:
    """A fact against a bound: True, False, or None when its interval straddles; a ratio goes by products."""
    if not isinstance(known.value, Interval) or not isinstance(bound, Decimal):
        possible = known.value if isinstance(known.value, frozenset) else {known.value}
        wanted = bound if isinstance(bound, tuple) else (bound,)
        answers = {value in wanted for value in possible}
        return answers.pop() if len(answers) == 1 else None
    ratio = known.ratio
    if ratio is not None and ratio.whole.low > 0:
        return compare(ratio.part - ratio.whole.times(bound), op, NOTHING)
    return compare(known.value, op, bound)


def number(value: Decimal | int) -> Known:
    return Known(Interval(Decimal(value), Decimal(value)))

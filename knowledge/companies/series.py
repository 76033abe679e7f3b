"""Yearly figures of a company over a window of fiscal years: what is known, what is missing, what wasn't yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from knowledge.companies.company import Company, Fact
from knowledge.policies.facts import Unknown
from knowledge.policies.fields import find_field, label
from knowledge.policies.interval import INF, Interval


@dataclass(frozen=True)
class Years:
    """Figures of the years of a window in which the company existed; oldest first. Pre-founding years are left out."""

    figures: tuple[Interval, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """A company's facts by field and year, for one day."""

    company: Company
    as_of: date
    _facts: dict[tuple[str, int | None], Fact] = field(default_factory=dict)

    @property
    def last_year(self) -> int:
        return self.as_of.year - 1

    def fact(self, name: str, year: int | None = None) -> Fact | None:
        return self._facts.get((name, year))

    def founded(self) -> tuple[date, date] | None:
        """First and last day the company may have been founded on."""
        fact = self.fact("entity.established_on")
        if fact is None or fact.unknown or fact.declined:
            return None
        if isinstance(fact.value, str):
            day = date.fromisoformat(fact.value)
            return day, day
        low = fact.low if isinstance(fact.low, date) else date.min
        high = fact.high if isinstance(fact.high, date) else self.as_of
        return low, high

    def one(self, name: str, year: int | None = None) -> Interval | Unknown:
        """A figure of a year, or a plain one; a yearly figure given without its year is last year's."""
        found = self.fact(name, year)
        if year is not None and (found is None or not found.known):
            whole = self.fact(name)
            if whole is not None and (not whole.known or (found is None and year == self.last_year)):
                found = whole
        if found is None:
            return Unknown((name,), detail=_detail(name, year))
        if found.declined:
            return Unknown((name,), "declined", _detail(name, year))
        if found.unknown or not found.known:
            return Unknown((name,), "unknown", _detail(name, year))
        return interval(found)

    def over(self, name: str, years: int) -> Years | Unknown:
        """The last `years` fiscal years. A company founded inside the window uses the full or part years it had; an
        older one with a missing year is unknown, and so is a young one with a gap.
        """
        window = range(self.last_year - years + 1, self.last_year + 1)
        founded = self.founded()
        found: list[Interval] = []
        used: list[int] = []
        missing: list[Unknown] = []
        for year in window:
            figure = self.one(name, year)
            if isinstance(figure, Interval):
                found.append(figure)
                used.append(year)
            elif founded is not None and year < founded[0].year:
                continue
            else:
                missing.append(figure)
        if missing and founded is None:
            missing.append(Unknown(("entity.established_on",)))  # a young company would use the years it has
        if missing:
            return joined(missing)
        return Years(tuple(found), tuple(used))


def standing(company: Company, as_of: date) -> Standing:
    """Part years stay out; a repeated key keeps the later fact."""
    facts = {(fact.field, fact.year): fact for fact in company.facts if fact.period is None}
    return Standing(company, as_of, facts)


def interval(fact: Fact) -> Interval:
    """A numeric fact as an interval; an end that wasn't said is open to infinity, or to 0 where there's no less."""
    if isinstance(fact.value, Decimal):
        return Interval(fact.value, fact.value)
    known = find_field(fact.field)
    floor = -INF if known is not None and known.signed else Decimal(0)
    low = fact.low if isinstance(fact.low, Decimal) else floor
    high = fact.high if isinstance(fact.high, Decimal) else INF
    return Interval(low, high, low == -INF, fact.high_open or high == INF)


def joined(parts: Iterable[Unknown]) -> Unknown:
    """Several unknowns as one: every base fact behind them, declined before unknown before absent."""
    found = list(parts)
    why: Literal["absent", "unknown", "declined"] = "absent"
    for part in found:
        why = part.why if part.why == "declined" or why == "absent" else why
    names = dict.fromkeys(name for part in found for name in part.missing)
    details = dict.fromkeys(part.detail for part in found if part.detail)
    return Unknown(tuple(names), why, "、".join(details))


def _detail(name: str, year: int | None) -> str:
    return f"{year} 年{label(name)}" if year else label(name)

"""What follows from a company's facts on a day: ratios, growth, ages, counts by class. Unknown is carried through.

A field of the index given directly stands in place of what would be derived for it.
"""

from collections.abc import Iterator
from datetime import date

from knowledge.companies.company import Company, Fact
from knowledge.companies.formulas import FORMULAS
from knowledge.companies.series import Standing, interval, standing
from knowledge.policies.facts import Fact3, Facts, Known, Unknown
from knowledge.policies.fields import find_field
from knowledge.policies.interval import Interval

NEEDS: dict[str, tuple[str, ...]] = {name: formula.needs for name, formula in FORMULAS.items()}


def derive(company: Company, as_of: date) -> Facts:
    """Facts for the rules. "Last year" is the year before `as_of`."""
    now = standing(company, as_of)
    values: dict[str, Fact3] = {}
    for fact in company.facts:
        if fact.period is None and fact.year is None:
            given = read(fact)
            if isinstance(given, Known) or fact.field not in FORMULAS:
                values[fact.field] = given
    if company.region and "entity.region" not in values:
        values["entity.region"] = Known(company.region)
    for name, formula in FORMULAS.items():
        if name not in values:
            values[name] = formula.compute(now)
    return Facts(values, NEEDS, frozenset(_closed(now)), _open_years(now))


def _closed(now: Standing) -> Iterator[str]:
    """Fields with nothing more to ask. A yearly figure is settled when the last three years are."""
    years = _window(now)
    for name in {fact.field for fact in now.company.facts}:
        known = find_field(name)
        given = [fact for fact in now.company.facts if fact.field == name and fact.period is None]
        if any(fact.unknown or fact.declined for fact in given):
            yield name
        elif known is not None and known.series:
            if all(isinstance(now.one(name, year), Interval) for year in years):
                yield name
        elif given:
            yield name


def _window(now: Standing) -> list[int]:
    """The last three fiscal years in which the company existed."""
    founded = now.founded()
    first = founded[0].year if founded else 1
    return [year for year in range(now.last_year - 2, now.last_year + 1) if year >= first]


def _open_years(now: Standing) -> dict[str, tuple[int, ...]]:
    known = {fact.field for fact in now.company.facts if fact.year is not None and fact.known}
    missing = {name: tuple(y for y in _window(now) if not isinstance(now.one(name, y), Interval)) for name in known}
    return {name: years for name, years in missing.items() if years}


def read(fact: Fact) -> Fact3:
    """A fact as it stands."""
    if fact.declined:
        return Unknown((fact.field,), "declined")
    if fact.unknown or not fact.known:
        return Unknown((fact.field,), "unknown")
    known = find_field(fact.field)
    if known is not None and known.numeric:
        return Known(interval(fact))
    if isinstance(fact.value, bool | str):
        return Known(date.fromisoformat(fact.value) if known and known.kind == "date" else fact.value)  # type: ignore[arg-type]
    return Unknown((fact.field,), "unknown")

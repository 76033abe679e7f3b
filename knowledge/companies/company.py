"""A company and its facts as frozen values, in the units of `knowledge/policies/fields.yaml` (万元, 人, 项, ratio)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer, StrictBool

from knowledge.policies.values import Frozen, plain_number

Number = Annotated[Decimal, PlainSerializer(plain_number, when_used="json")]


class Fact(Frozen):
    """One statement about a company: exactly one of `value`, `low`/`high`, `unknown`, `declined`.

    `year` is the fiscal year of a yearly figure; `period` (2026H1) marks a part of a year, which never stands in for
    the year. `source` is register, tax, self, staff, document or a vendor's name; `text` the words it came from.
    """

    field: str
    year: int | None = None
    period: str | None = None
    value: StrictBool | Number | str | None = None
    low: Number | date | None = None
    high: Number | date | None = None
    high_open: bool = False
    unknown: bool = False
    declined: bool = False
    unit: str = ""
    source: str = "self"
    as_of: date | None = None
    text: str = ""
    confirmed: bool = True

    @property
    def key(self) -> tuple[str, int | None, str | None]:
        return self.field, self.year, self.period

    @property
    def known(self) -> bool:
        return self.value is not None or self.low is not None or self.high is not None


class Company(Frozen):
    """`facts` holds one fact for each field and period: the one that stands."""

    name: str = ""
    uscc: str | None = None
    region: str | None = None
    industry_code: str | None = None
    facts: tuple[Fact, ...] = ()

    def with_facts(self, facts: Iterable[Fact]) -> "Company":
        """The company with these facts; a later one replaces an earlier one of the same field and period."""
        standing = {fact.key: fact for fact in self.facts}
        for fact in facts:
            standing.pop(fact.key, None)
            standing[fact.key] = fact
        return self.model_copy(update={"facts": tuple(standing.values())})


EMPTY = Company()

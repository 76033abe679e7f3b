"""What a table tells of a field: a quantity, a truth, a word or a choice, and which base facts are asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import ibis

from knowledge.companies.screening.quantity import Quantity, compare
from knowledge.companies.screening.sheet import NO, OPEN, YES, Column, Sheet, all_of, any_of, pick

Bound = Decimal | bool | str | tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """Names of columns. `possible`: of a choice, each word and whether it may be so; none is when nothing is known.

    `asks`: base facts, and whether each would settle a test that this field leaves open.
    """

    quantity: Quantity | None = None
    truth: str | None = None
    word: str | None = None
    possible: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)

    def test(self, sheet: Sheet, op: str, bound: Bound) -> Column:
        """The fact against the bound, null where it stays open."""
        if isinstance(bound, Decimal):
            return compare(sheet, self.quantity, op, Fraction(bound)) if self.quantity else OPEN
        if self.truth is not None:
            return sheet[self.truth] == ibis.literal(bound)
        wanted = bound if isinstance(bound, tuple) else (str(bound),)
        if self.possible:
            inside = any_of([sheet[name] for word, name in self.possible.items() if word in wanted])
            outside = any_of([sheet[name] for word, name in self.possible.items() if word not in wanted])
            return pick((inside & ~outside, YES), (outside & ~inside, NO), other=OPEN)
        return sheet[self.word].isin(wanted) if self.word else OPEN

    def is_known(self, sheet: Sheet) -> Column:
        if self.quantity is not None:
            return self.quantity.is_known(sheet)
        if self.possible:
            return any_of([sheet[name] for name in self.possible.values()])
        names = [name for name in (self.truth, self.word) if name]
        return all_of([sheet[name].notnull() for name in names]) if names else NO

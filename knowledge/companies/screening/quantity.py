"""Numbers of a table as intervals of fractions, compared with a bound by products of whole numbers, never by quotients.

An end is `num/den` over columns of whole millionths. `num` null is the infinity of its side; `den` null is an infinite
divisor: the end is zero, reached only from zero itself. Of an exact quantity both ends are one, and null is unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import ibis

from knowledge.companies.screening.sheet import NO, OPEN, SCALE, YES, Column, Sheet, pick

Shift = Callable[[Fraction], Fraction]
WHOLE = "decimal(38, 0)"
SAFE = 1000  # 3 years × 10⁹ 万元 in 分 × 1000 is still a 64-bit number
NEAR = 1e-9  # far above the error of a double, so that only figures on the line are multiplied out


@dataclass(frozen=True)
class End:
    """`num / den`, or with `more` the sum of two such fractions. Names of columns; `den` may be a plain number."""

    num: str
    den: str | int = SCALE
    more: "End | None" = None

    def compare(self, sheet: Sheet, sign: str, bound: Fraction) -> Column:
        """`end sign bound`, null where `num` or `den` is."""
        if self.more is None and isinstance(self.den, int):
            line = bound * self.den
            if line.denominator == 1:
                return _signed(sheet[self.num], sign, int(line))
        if self.more is None and bound.denominator <= SAFE and abs(bound.numerator) <= SAFE:
            return _signed(sheet[self.num] * bound.denominator, sign, _den(sheet, self) * bound.numerator)
        return self._multiplied(sheet, sign, bound)

    def _multiplied(self, sheet: Sheet, sign: str, bound: Fraction) -> Column:
        """By doubles where the sides are clearly apart, by 38-digit whole numbers near the line."""
        rough = [side.cast("float64") for side in self._sides(sheet, bound, "float64")]
        exact = self._sides(sheet, bound, WHOLE)
        apart = (rough[0] - rough[1]).abs() > (rough[0].abs() + rough[1].abs()) * NEAR
        return pick((apart, _signed(rough[0], sign, rough[1])), other=_signed(exact[0], sign, exact[1]))

    def _sides(self, sheet: Sheet, bound: Fraction, kind: str) -> tuple[Column, Column]:
        def column(name: str | int) -> Column:
            return sheet[name].cast(kind) if isinstance(name, str) else ibis.literal(name).cast(kind)

        num, den = column(self.num), column(self.den)
        if self.more is not None:
            other, below = column(self.more.num), column(self.more.den)
            num, den = num * below + other * den, den * below
        return num * bound.denominator, den * bound.numerator


@dataclass(frozen=True)
class Bounds:
    """Two ends; `known` names a column that says whether there is any figure. `shift` turns a bound into the ends' own
    terms (a growth of 10 % is a quotient of 1.1).
    """

    low: End
    high: End
    known: str | None = None
    shift: Shift | None = None

    @property
    def exact(self) -> bool:
        return self.known is None

    def low_at_least(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._end(sheet, self.low, ">=", bound)

    def low_above(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._end(sheet, self.low, ">", bound)

    def high_below(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._end(sheet, self.high, "<", bound)

    def high_at_most(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._end(sheet, self.high, "<=", bound)

    def is_known(self, sheet: Sheet) -> Column:
        if self.known is not None:
            return sheet[self.known]
        names = [name for end in (self.low, self.low.more) if end for name in (end.num, end.den)]
        return ~_any_null(sheet, [name for name in names if isinstance(name, str)])

    def _end(self, sheet: Sheet, end: End, sign: str, bound: Fraction) -> Column:
        moved = self.shift(bound) if self.shift else bound
        plain = end.compare(sheet, sign, moved).fill_null(NO)
        if self.exact or not isinstance(end.den, str) or end.more is not None:
            return plain
        return pick((sheet[end.den].isnull(), _at_zero(sheet[end.num], sign, moved)), other=plain)


@dataclass(frozen=True)
class Chosen:
    """The first where it is known, else the second."""

    first: "Quantity"
    second: "Quantity"
    exact: bool = False

    def low_at_least(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._of(sheet, lambda one: one.low_at_least(sheet, bound))

    def low_above(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._of(sheet, lambda one: one.low_above(sheet, bound))

    def high_below(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._of(sheet, lambda one: one.high_below(sheet, bound))

    def high_at_most(self, sheet: Sheet, bound: Fraction) -> Column:
        return self._of(sheet, lambda one: one.high_at_most(sheet, bound))

    def is_known(self, sheet: Sheet) -> Column:
        return self.first.is_known(sheet) | self.second.is_known(sheet)

    def _of(self, sheet: Sheet, read: "Callable[[Quantity], Column]") -> Column:
        return ibis.ifelse(self.first.is_known(sheet), read(self.first), read(self.second))


@dataclass(frozen=True)
class Lowest:
    """The smallest of several, known when all are."""

    parts: tuple["Quantity", ...]
    exact: bool = False

    def low_at_least(self, sheet: Sheet, bound: Fraction) -> Column:
        return _fold([part.low_at_least(sheet, bound) for part in self.parts], every=True)

    def low_above(self, sheet: Sheet, bound: Fraction) -> Column:
        return _fold([part.low_above(sheet, bound) for part in self.parts], every=True)

    def high_below(self, sheet: Sheet, bound: Fraction) -> Column:
        return _fold([part.high_below(sheet, bound) for part in self.parts], every=False)

    def high_at_most(self, sheet: Sheet, bound: Fraction) -> Column:
        return _fold([part.high_at_most(sheet, bound) for part in self.parts], every=False)

    def is_known(self, sheet: Sheet) -> Column:
        return _fold([part.is_known(sheet) for part in self.parts], every=True)


Quantity = Bounds | Chosen | Lowest


def compare(sheet: Sheet, value: Quantity, op: str, bound: Fraction) -> Column:
    """True where every point satisfies, false where none does, null where some do or nothing is known."""
    if isinstance(value, Bounds) and value.exact:
        return value.low.compare(sheet, op, value.shift(bound) if value.shift else bound)
    if op in (">=", "<"):
        yes, no = value.low_at_least(sheet, bound), value.high_below(sheet, bound)
        yes, no = (yes, no) if op == ">=" else (no, yes)
    elif op in (">", "<="):
        yes, no = value.low_above(sheet, bound), value.high_at_most(sheet, bound)
        yes, no = (yes, no) if op == ">" else (no, yes)
    else:
        yes = value.low_at_least(sheet, bound) & value.high_at_most(sheet, bound)
        no = value.high_below(sheet, bound) | value.low_above(sheet, bound)
    return pick((~value.is_known(sheet), OPEN), (yes, YES), (no, NO), other=OPEN)


def _signed(left: Column, sign: str, right: Column) -> Column:
    match sign:
        case ">=":
            return left >= right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case "<":
            return left < right
    return left == right


def _den(sheet: Sheet, end: End) -> Column:
    return sheet[end.den] if isinstance(end.den, str) else ibis.literal(end.den)


def _at_zero(num: Column, sign: str, bound: Fraction) -> Column:
    """An end that comes ever nearer to zero, from above or below as `num` is, or is zero when `num` is."""
    if sign in (">=", "<="):
        holds = bound <= 0 if sign == ">=" else bound >= 0
        return ibis.literal(holds)
    if bound == 0:
        return ((num > 0) if sign == ">" else (num < 0)).fill_null(NO)
    return ibis.literal(bound < 0 if sign == ">" else bound > 0)


def _any_null(sheet: Sheet, names: list[str]) -> Column:
    found = [sheet[name].isnull() for name in names]
    return _fold(found, every=False)


def _fold(parts: list[Column], *, every: bool) -> Column:
    whole = parts[0]
    for part in parts[1:]:
        whole = (whole & part) if every else (whole | part)
    return whole

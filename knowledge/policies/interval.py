"""Numbers that are only partly known, as intervals; a known number is an interval of one point.

Endpoints are exact: products and sums of decimals, and quotients only where they end (`over`) — a comparison of a ratio
with a bound goes by products instead (`Ratio` in `facts.py`), so that a company exactly on the line is judged right.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

INF = Decimal("Infinity")
EXACT = Context(prec=60)


@dataclass(frozen=True)
class Interval:
    """[low, high], ends open where marked; the infinities are always open."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    @property
    def exact(self) -> bool:
        return self.low == self.high

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(
            EXACT.add(self.low, other.low),
            EXACT.add(self.high, other.high),
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low, self.high_open, self.low_open)

    def __sub__(self, other: "Interval") -> "Interval":
        return self + -other

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [
            # Zero from a closed end is reached whatever the other factor is.
            (_product(a, b), (a_open or b_open) and not ((a == 0 and not a_open) or (b == 0 and not b_open)))
            for a, a_open in ((self.low, self.low_open), (self.high, self.high_open))
            for b, b_open in ((other.low, other.low_open), (other.high, other.high_open))
        ]
        low, high = min(value for value, _ in corners), max(value for value, _ in corners)
        return Interval(
            low,
            high,
            all(opened for value, opened in corners if value == low),
            all(opened for value, opened in corners if value == high),
        )

    def times(self, factor: Decimal) -> "Interval":
        """The product with a known number."""
        if not factor:
            return ZERO
        low, high = _product(self.low, factor), _product(self.high, factor)
        if factor > 0:
            return Interval(low, high, self.low_open, self.high_open)
        return Interval(high, low, self.high_open, self.low_open)

    def over(self, other: "Interval") -> "Interval | None":
        """The quotient, each end correctly rounded; None when the divisor may be zero or negative."""
        if other.low < 0 or (other.low == 0 and not other.low_open) or other.high <= 0:
            return None
        corners = [
            (_quotient(a, b), (a_open or b_open) and not (a == 0 and not a_open))
            for a, a_open in ((self.low, self.low_open), (self.high, self.high_open))
            for b, b_open in ((other.low, other.low_open), (other.high, other.high_open or other.high == INF))
        ]
        low, high = min(value for value, _ in corners), max(value for value, _ in corners)
        return Interval(
            low,
            high,
            all(opened for value, opened in corners if value == low),
            all(opened for value, opened in corners if value == high),
        )


ZERO = Interval(Decimal(0), Decimal(0))


def point(value: Decimal | int) -> Interval:
    return Interval(Decimal(value), Decimal(value))


def least(first: Interval, *others: Interval) -> Interval:
    """What the smallest of several may be."""
    parts = (first, *others)
    low = min((part.low, part.low_open) for part in parts)
    high = min((part.high, not part.high_open) for part in parts)
    return Interval(low[0], high[0], low[1], not high[1])


def compare(value: Interval, op: str, bound: Decimal) -> bool | None:
    """Whether every point satisfies (True), none does (False), or some do (None)."""
    if op in (">=", "<"):
        above = value.low >= bound
        below = value.high < bound or (value.high == bound and value.high_open)
        answer = True if above else False if below else None
        return answer if op == ">=" else None if answer is None else not answer
    if op in (">", "<="):
        above = value.low > bound or (value.low == bound and value.low_open)
        below = value.high <= bound
        answer = True if above else False if below else None
        return answer if op == ">" else None if answer is None else not answer
    if op == "==":
        if value.exact:
            return value.low == bound
        outside = compare(value, "<", bound) is True or compare(value, ">", bound) is True
        return False if outside else None
    raise ValueError(f"unknown comparison {op}")


def _product(a: Decimal, b: Decimal) -> Decimal:
    return Decimal(0) if not a or not b else EXACT.multiply(a, b)


def _quotient(a: Decimal, b: Decimal) -> Decimal:
    """`b` > 0, or 0 as an open end that is only approached."""
    if a == 0 or b == INF:
        return Decimal(0)
    if b == 0 or not a.is_finite():
        return INF if a > 0 else -INF
    return EXACT.divide(a, b)


def exactly(fraction: Fraction) -> Decimal:
    """A fraction as a decimal: exact where it ends, rounded at the 60th figure where it doesn't."""
    return EXACT.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))

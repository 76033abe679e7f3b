"""Numbers that are only partly known, as intervals; a known number is an interval of one point."""

from dataclasses import dataclass
from decimal import Decimal

INF = Decimal("Infinity")


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
            self.low + other.low,
            self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
        )

    def __neg__(self) -> "Interval":
        return Interval(-self.high, -self.low, self.high_open, self.low_open)

    def __sub__(self, other: "Interval") -> "Interval":
        return self + -other

    def __mul__(self, other: "Interval") -> "Interval":
        corners = [
            (_product(a, b), a_open or b_open)
            for a, a_open in ((self.low, self.low_open), (self.high, self.high_open))
            for b, b_open in ((other.low, other.low_open), (other.high, other.high_open))
        ]
        low, high = min(value for value, _ in corners), max(value for value, _ in corners)
        # A corner reached by a closed end is closed, whatever other corner meets it.
        return Interval(
            low,
            high,
            all(opened for value, opened in corners if value == low),
            all(opened for value, opened in corners if value == high),
        )

    def over(self, other: "Interval") -> "Interval | None":
        """The quotient; None when the divisor may be zero or negative."""
        if other.low < 0 or (other.low == 0 and not other.low_open) or other.high <= 0:
            return None
        low = Decimal(0) if other.high == INF else 1 / other.high
        high = INF if other.low == 0 else 1 / other.low
        return self * Interval(low, high, other.high_open or other.high == INF, other.low_open)


def point(value: Decimal | int) -> Interval:
    return Interval(Decimal(value), Decimal(value))


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
    return Decimal(0) if not a or not b else a * b

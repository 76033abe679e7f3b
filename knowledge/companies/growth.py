"""Growth of yearly figures: exact for exact figures, a sound interval for partly known ones."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from knowledge.policies.interval import INF, Interval, exactly, point

HALF = Interval(Decimal("0.5"), Decimal("0.5"))
ROOTS = Decimal("1e-15")  # roots are rounded here: far below any band edge, far above the rounding of the root itself


def growth(first: Interval, last: Interval) -> Interval | None:
    """last ÷ first − 1; None when the first year may be zero or negative."""
    quotient = last.over(first)
    return None if quotient is None else quotient - point(1)


def mean_growth(figures: Sequence[Interval], *, zero_counts: bool = True) -> Interval | None:
    """The mean of the growth of up to three years. 国科发火〔2016〕195号: one year counts as no growth; Y1 = 0 leaves
    Y3/Y2 − 1; Y2 = 0 gives none. None when a divisor may or may not be zero.
    """
    if len(figures) < 2:
        return point(0) if zero_counts else None
    if len(figures) == 2:
        first, last = figures
        if first == point(0) or first.high <= 0:
            return point(0) if zero_counts else None
        return growth(first, last)
    y1, y2, y3 = figures[-3:]
    if not zero_counts and (y1.high <= 0 or y2.high <= 0):
        return None
    if y2.high <= 0:
        return point(0)
    if y1.high <= 0:
        return growth(y2, y3)
    if y1.exact and y2.exact and y3.exact and y1.low > 0 and y2.low > 0:
        ratio = (Fraction(y2.low) / Fraction(y1.low) + Fraction(y3.low) / Fraction(y2.low)) / 2 - 1
        return point(exactly(ratio))
    one, two = growth(y1, y2), growth(y2, y3)
    return None if one is None or two is None else (one + two) * HALF


def cagr(first: Interval, last: Interval, years: int) -> Interval | None:
    """(last ÷ first)^(1/years) − 1; None when the first may be zero or the last negative."""
    quotient = last.over(first)
    if quotient is None or quotient.low < 0:
        return None
    return Interval(
        _root(quotient.low, years) - 1,
        INF if quotient.high == INF else _root(quotient.high, years) - 1,
        quotient.low_open,
        quotient.high_open,
    )


def _root(value: Decimal, degree: int) -> Decimal:
    if value == 0:
        return Decimal(0)
    return (value.ln() / degree).exp().quantize(ROOTS)

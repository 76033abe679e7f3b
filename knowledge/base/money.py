"""Money is integer 分; rates are integer ppm (1 % = 10,000). `Decimal` appears only where text is read or shown."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from knowledge.base.errors import BadInput

PPM = 1_000_000
LARGEST_YUAN = Decimal(10) ** 12


def fen(yuan: str | int | Decimal, *, field: str = "amount") -> int:
    """元 → 分. Raises `BadInput` on anything that is not a finite amount with at most two decimals."""
    try:
        value = Decimal(str(yuan).replace(",", "").strip())
    except InvalidOperation:
        raise BadInput(f"{field}：“{str(yuan)[:40]}”不是金额，应为元，例如 1234.56。", field=field) from None
    if not value.is_finite() or abs(value) > LARGEST_YUAN:
        raise BadInput(f"{field}：金额须在一万亿元以内，例如 1234.56。", field=field)
    if value != value.quantize(Decimal("0.01")):
        raise BadInput(f"{field}：“{str(yuan)[:40]}”最多两位小数，例如 1234.56。", field=field)
    return int(value * 100)


def yuan(amount_fen: int) -> str:
    """分 → `1,234.56` for a person."""
    return f"{Decimal(amount_fen) / 100:,.2f}"


def share(amount_fen: int, rate_ppm: int) -> int:
    """`amount × rate`, rounded half up to a 分; the amount may not be negative."""
    return int((Decimal(amount_fen) * rate_ppm / PPM).quantize(Decimal(1), ROUND_HALF_UP))


def allocate(amount_fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split a non-negative amount by integer weights: floor, then one 分 each by largest remainder.

    Ties go to the lower index, a zero weight gets zero, the sum is exact and each part is within one 分 of its
    share. Refunds must be allocated over what *remains* of each share, never as new total minus old total: with
    largest remainders that difference can be negative (Alabama paradox).
    """
    if amount_fen < 0 or any(weight < 0 for weight in weights):
        raise ValueError("amount and weights are not negative")
    total = sum(weights)
    if total == 0:
        if amount_fen == 0:
            return tuple(0 for _ in weights)
        raise ValueError("an amount needs at least one positive weight")
    parts = [amount_fen * weight // total for weight in weights]
    remainders = [(-(amount_fen * weight % total), index) for index, weight in enumerate(weights) if weight]
    for _, index in sorted(remainders)[: amount_fen - sum(parts)]:
        parts[index] += 1
    return tuple(parts)

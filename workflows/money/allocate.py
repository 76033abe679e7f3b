"""Dividing money to the 分: by weights, and refunds over what is left of each share."""

from collections.abc import Sequence

from knowledge.base.money import allocate

__all__ = ["allocate", "allocate_refund"]


def allocate_refund(refund_fen: int, shares: Sequence[int], reversed_fen: Sequence[int]) -> tuple[int, ...]:
    """What each share gives back of `refund_fen`, in 分, weighted by what remains of it.

    The parts sum to the refund, none exceeds its remainder, and a refund of all that remains leaves every share at
    zero. `ValueError` when a reversal exceeds its share or the refund exceeds what remains.
    """
    remaining = [share - gone for share, gone in zip(shares, reversed_fen, strict=True)]
    if min((*remaining, *reversed_fen), default=0) < 0:
        raise ValueError("a share can't be reversed by more than itself")
    if not 0 <= refund_fen <= sum(remaining):
        raise ValueError("a refund lies between zero and what remains")
    # Never "new total minus old total": with largest remainders that difference can be negative (Alabama paradox).
    return allocate(refund_fen, remaining)

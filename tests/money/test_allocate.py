"""Dividing to the 分: sums are exact, nothing goes negative, refunds end at zero."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.money.allocate import allocate, allocate_refund

shares = st.lists(st.integers(0, 10**9), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.integers(0, 10**12), shares.filter(any))
def test_parts_sum_to_the_amount_within_one_fen_of_their_share(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)
        assert part >= 0
        assert weight or not part


def test_ties_go_to_the_lower_index_and_nothing_to_a_zero_weight() -> None:
    assert allocate(1, [1, 1]) == (1, 0)
    assert allocate(1, [0, 1, 1]) == (0, 1, 0)


@settings(deadline=None)
@given(shares, st.data())
def test_refunds_in_any_sequence_stay_within_each_share_and_end_at_zero(whole: list[int], data: st.DataObject) -> None:
    gone = [0] * len(whole)
    steps = 0
    while left := sum(whole) - sum(gone):
        steps += 1
        refund = data.draw(st.integers(1, left)) if steps < 12 else left
        parts = allocate_refund(refund, whole, gone)
        assert sum(parts) == refund
        gone = [before + part for before, part in zip(gone, parts, strict=True)]
        assert all(part >= 0 for part in parts)
        assert all(back <= share for back, share in zip(gone, whole, strict=True))
    assert gone == whole


def test_the_difference_of_two_allocations_goes_negative_where_ours_does_not() -> None:
    """Shares [2, 9, 12] refunded 1, 5, 1: new total less old total takes a 分 back from someone (Alabama paradox)."""
    whole, refunds = [2, 9, 12], (1, 5, 1)
    totals = [allocate(sum(refunds[:n]), whole) for n in range(4)]
    naive = [[b - a for a, b in zip(old, new, strict=True)] for old, new in itertools.pairwise(totals)]
    assert min(min(parts) for parts in naive) < 0
    gone = [0, 0, 0]
    for refund in refunds:
        parts = allocate_refund(refund, whole, gone)
        assert min(parts) >= 0
        gone = [a + b for a, b in zip(gone, parts, strict=True)]
    assert sum(gone) == 7


@pytest.mark.parametrize(
    ("refund", "whole", "gone"), [(3, [2], [0]), (-1, [2], [0]), (1, [2], [3]), (1, [2], [-1]), (1, [1, 1], [0])]
)
def test_a_refund_beyond_what_remains_is_an_error(refund: int, whole: list[int], gone: list[int]) -> None:
    with pytest.raises(ValueError, match=r"refund|share|zip"):
        allocate_refund(refund, whole, gone)

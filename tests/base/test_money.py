import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base.errors import BadInput
from knowledge.base.money import PPM, allocate, fen, share, yuan

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=8)


@given(st.integers(0, 10**14), weights.filter(any))
def test_parts_sum_to_the_amount_and_stay_within_one_fen(amount: int, w: list[int]) -> None:
    parts = allocate(amount, w)
    assert sum(parts) == amount
    for part, weight in zip(parts, w, strict=True):
        assert abs(part * sum(w) - amount * weight) < sum(w)
        assert part >= 0
        assert weight or part == 0


@given(st.integers(0, 10**12), weights.filter(any), st.data())
def test_refunds_over_what_remains_end_at_zero_for_every_share(amount: int, w: list[int], data: st.DataObject) -> None:
    remaining = list(allocate(amount, w))
    while sum(remaining):
        refund = data.draw(st.integers(1, sum(remaining)))
        for index, part in enumerate(allocate(refund, remaining)):
            assert 0 <= part <= remaining[index]
            remaining[index] -= part
    assert remaining == [0] * len(w)


def test_the_alabama_case_of_the_design_never_goes_negative() -> None:
    remaining = [2, 9, 12]
    for refund in (1, 5, 1):
        parts = allocate(refund, remaining)
        assert min(parts) >= 0
        remaining = [a - b for a, b in zip(remaining, parts, strict=True)]
    assert sum(remaining) == 23 - 7


def test_a_zero_weight_gets_nothing_even_when_first() -> None:
    assert allocate(1, [0, 1, 1]) == (0, 1, 0)


@given(st.integers(0, 10**12))
def test_text_and_fen_round_trip(amount: int) -> None:
    assert fen(yuan(amount)) == amount


@pytest.mark.parametrize("text", ["", "一百", "1.234", "nan", "Infinity", "1e400"])
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput, match="例如"):
        fen(text)


def test_a_share_rounds_half_up() -> None:
    assert share(50, PPM // 100) == 1
    assert share(49, PPM // 100) == 0

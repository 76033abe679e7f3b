"""Size classes: every example, the neighbours of every bound, and what follows while figures are missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.policies.interval import Interval, point
from knowledge.policies.sizes import Industry, Metric, SizeExample, possible_sizes, sizes

BOOK = sizes()
METRICS: tuple[Metric, ...] = ("staff", "revenue", "assets")


@pytest.mark.parametrize("example", BOOK.examples, ids=lambda example: example.name)
def test_an_example_of_the_size_classes_comes_out_as_written(example: SizeExample) -> None:
    industry = BOOK.industry(example.industry)
    assert industry is not None
    known = {metric: point(value) for metric in METRICS if (value := getattr(example, metric)) is not None}
    assert possible_sizes(industry, known) == example.sizes


@pytest.mark.parametrize("industry", BOOK.industries, ids=lambda industry: industry.name)
def test_a_class_begins_at_its_bound_and_one_short_falls_below(industry: Industry) -> None:
    for size, bounds, below in (
        ("大型", industry.large, "中型"),
        ("中型", industry.medium, "小型"),
        ("小型", industry.small, "微型"),
    ):
        at = {metric: point(bound) for metric, bound in zip(industry.metrics, bounds, strict=True)}
        assert possible_sizes(industry, at) == (size,)
        for metric in industry.metrics:
            short = at | {metric: Interval(at[metric].low - 1, at[metric].low - 1)}
            assert possible_sizes(industry, short) == (below,)


@given(
    st.sampled_from(BOOK.industries), st.integers(0, 3000), st.integers(0, 300_000), st.integers(0, 300_000), st.data()
)
def test_knowing_less_never_rules_out_what_knowing_more_finds(
    industry: Industry, staff: int, revenue: int, assets: int, data: st.DataObject
) -> None:
    whole: dict[Metric, Interval] = {"staff": point(staff), "revenue": point(revenue), "assets": point(assets)}
    [exact] = possible_sizes(industry, whole)
    kept = data.draw(st.sets(st.sampled_from(METRICS)))
    width = data.draw(st.integers(0, 500))
    partial = {metric: Interval(whole[metric].low - width, whole[metric].low + width) for metric in kept}
    assert exact in possible_sizes(industry, partial)


def test_an_industry_code_is_read_with_its_letter_or_without() -> None:
    assert BOOK.industry("I6513") == BOOK.industry("6513") == BOOK.industry("65")
    assert BOOK.industry("6600") is None

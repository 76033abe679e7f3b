"""The days that words speak of."""

from datetime import date

import pytest

from assistant.turn.days import holds_on, spans_in


@pytest.mark.parametrize(
    ("text", "year", "holds"),
    [
        ("2026-01-01 至 2027-12-31 可以差额", 2026, True),
        ("2026-01-01 至 2027-12-31 可以差额", 2025, False),
        ("2016 年 5 月 1 日到2025年12月31日按 5%", 2025, True),
        ("证书有效 3 年", 2019, True),
        ("2026-02-30 至 2026-03-01", 2019, True),
    ],
)
def test_words_hold_on_a_day_their_spans_include(text: str, year: int, holds: bool) -> None:
    assert holds_on(text, date(year, 6, 30)) is holds


def test_both_ends_belong_to_a_span() -> None:
    assert spans_in("2023-01-01 至 2025-12-31") == ((date(2023, 1, 1), date(2025, 12, 31)),)

from datetime import UTC, date, datetime

import pytest

from knowledge.base.calendar import add_workdays, is_provisional, is_workday
from knowledge.base.clock import SetClock, today
from knowledge.base.ids import digest, new_id


def test_the_business_day_is_that_of_china() -> None:
    assert today(SetClock(datetime(2026, 11, 22, 16, 0, tzinfo=UTC))) == date(2026, 11, 23)
    assert today(SetClock(datetime(2026, 11, 22, 15, 59, tzinfo=UTC))) == date(2026, 11, 22)


def test_national_day_is_no_workday_and_a_shifted_saturday_is() -> None:
    assert not is_workday(date(2026, 10, 1))
    assert is_workday(date(2025, 9, 28))  # 2025 年国庆调休上班
    assert not is_workday(date(2026, 11, 22))


def test_workdays_skip_the_weekend() -> None:
    assert add_workdays(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_workdays(date(2026, 11, 23), 0) == date(2026, 11, 23)
    with pytest.raises(ValueError, match="forward"):
        add_workdays(date(2026, 11, 23), -1)


def test_a_year_without_published_shifts_is_judged_and_marked() -> None:
    assert is_provisional(2030)
    assert not is_workday(date(2030, 10, 1))
    assert is_workday(date(2030, 11, 12))


def test_ids_are_ulids_and_digests_do_not_depend_on_key_order() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
    assert len(new_id()) == 26
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})

"""Workdays in China, with the State Council's yearly shifts where they are published (package `chinesecalendar`)."""

from datetime import date, timedelta
from functools import cache

import holidays

# 全国年节及纪念日放假办法: a year the package does not know yet is judged by weekday and statutory holiday alone,
# without the shifted working days that are only announced each November.


@cache
def is_workday(day: date) -> bool:
    """True when offices work on that day. See `is_provisional` for years without a published schedule."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and day not in _statutory(day.year)


@cache
def is_provisional(year: int) -> bool:
    """True when the year's shifts are not published, so its workdays may still move."""
    import chinese_calendar

    try:
        chinese_calendar.is_workday(date(year, 6, 1))
    except NotImplementedError:
        return True
    return False


def add_workdays(start: date, days: int) -> date:
    """The day `days` workdays after `start`; 0 gives `start` itself, working or not."""
    if days < 0:
        raise ValueError("workdays are counted forward")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


@cache
def _statutory(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("CN", years=year))

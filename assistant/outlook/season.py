"""When a programme can be applied for from a day on: its dated windows, or last year's moved by whole years."""

from datetime import date

from assistant.outlook.values import Season
from knowledge.policies import Programme
from knowledge.policies.programme import Window
from knowledge.policies.timing import windows


def next_season(programme: Programme, place: str | None, start: date) -> Season | None:
    """The first window that is open on `start` or later; None where the rule carries no dates at all."""
    known = [window for window in windows(programme, place) if window.open or window.deadlines]
    found = [season for window in known for season in _seasons(window, start, projected=False)]
    if not found and known:
        latest = max(window.year for window in known)
        for year in (start.year, start.year + 1):
            moved = [_moved(window, year - window.year) for window in known if window.year == latest]
            found = [season for window in moved for season in _seasons(window, start, projected=True)]
            if found:
                break
    return min(found, key=lambda one: (one.closes or one.opens or date.max, one.opens or date.min), default=None)


def _seasons(window: Window, start: date, *, projected: bool) -> list[Season]:
    opens = max(start, window.open) if window.open else None
    if not window.deadlines:
        begun = window.open is not None and window.open.year >= start.year
        return [Season(opens=opens, closes=None, projected=projected)] if begun else []
    return [
        Season(opens=opens, closes=deadline, projected=projected)
        for deadline in window.deadlines
        if (opens or start) <= deadline
    ]


def _moved(window: Window, years: int) -> Window:
    changes = {
        "year": window.year + years,
        "open": _later(window.open, years) if window.open else None,
        "deadlines": tuple(_later(day, years) for day in window.deadlines),
    }
    return window.model_copy(update=changes)


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)

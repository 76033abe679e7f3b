"""The days that words speak of: 2026-01-01 至 2027-12-31 says nothing of 2025."""

import re
from datetime import date

DAY = r"(\d{4})\s?[-年]\s?(\d{1,2})\s?[-月]\s?(\d{1,2})\s?日?"
SPAN = re.compile(rf"{DAY}\s*(?:至|到|—|–|~|－)+\s*{DAY}")


def spans_in(text: str) -> tuple[tuple[date, date], ...]:
    """Spans of days that are written out with both ends, both included."""
    found = []
    for match in SPAN.finditer(text):
        numbers = [int(one) for one in match.groups()]
        try:
            found.append((date(*numbers[:3]), date(*numbers[3:])))
        except ValueError:
            continue  # 2026-02-30 is no day
    return tuple(found)


def holds_on(text: str, day: date) -> bool:
    """Whether words may be about a day: they name no span of days, or one that it lies in."""
    spans = spans_in(text)
    return not spans or any(low <= day <= high for low, high in spans)

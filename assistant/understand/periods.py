"""Years and parts of years, relative to the day the question is asked for."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

RELATIVE = {
    "后年": 2,
    "明年": 1,
    "来年": 1,
    "下一年": 1,
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上年度": -1,
    "上一年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "本年度": 0,
    "当年": 0,
}
PARTS = {
    "上半年": "H1",
    "下半年": "H2",
    "前三季度": "Q1-Q3",
    "前三个季度": "Q1-Q3",
    "一季度": "Q1",
    "二季度": "Q2",
    "三季度": "Q3",
    "四季度": "Q4",
}
YEAR = re.compile(
    r"(?P<full>(?:19|20)\d{2})(?:年度?|财年)?(?!\d|[〕\]】号万元人.])"
    r"|(?<![\d.,])(?P<short>[0-3]\d)年(?!以|内|的?时间|来|前|后|了)"
    rf"|(?P<word>{'|'.join(RELATIVE)})"
)
PART = re.compile("|".join(sorted(PARTS, key=len, reverse=True)))
MONTHS = re.compile(r"(?:(?:1|一)(?:月份?)?)?[到至\-~截](?:止|至)?(\d{1,2})月(?:底|末|份)?")
MONTH = re.compile(r"(\d{1,2})月份?(?!\d|到|至|-)")
YEAR_RUN = re.compile(r"((?:20)?\d{2})年?(?:到|至|-|~)((?:20)?\d{2})年")
LAST_THREE = re.compile(r"(?:近|最近|前|过去)(?:三|3)(?:个?会计)?年")
DATE = re.compile(r"((?:19|20)\d{2})(?:[年\-./](\d{1,2})(?:[月\-./](\d{1,2})[日号]?|月份?)|年)")


@dataclass(frozen=True)
class Period:
    """A fiscal year named in the text; `part` (H1, Q3 …) means it is not the whole of it."""

    year: int
    part: str | None
    start: int
    end: int


def find_periods(text: str, as_of: date) -> Iterator[Period]:
    for match in YEAR.finditer(text):
        if match["full"]:
            year = int(match["full"])
        elif match["short"]:
            year = 2000 + int(match["short"])
        else:
            year = as_of.year + RELATIVE[match["word"]]
        if not 1980 <= year <= as_of.year + 10:
            continue
        tail = PART.match(text, match.end())
        months = MONTHS.match(text, match.end())
        month = MONTH.match(text, match.end())
        part = PARTS[tail[0]] if tail else f"-01..{year}-{int(months[1]):02}" if months else None
        if part is None and month:
            part = f"-{int(month[1]):02}"
        ends = [found.end() for found in (tail, months, month) if found]
        end = ends[0] if ends else match.end()
        yield Period(year, part, match.start(), end)


def find_run(text: str) -> list[int]:
    """The years of 2023到2025年, for figures listed one after the other; empty when there is no such run."""
    match = YEAR_RUN.search(text)
    if not match:
        return []
    first, last = (int(part) + (2000 if len(part) == 2 else 0) for part in match.groups())
    return list(range(first, last + 1)) if 0 < last - first < 6 else []


def find_date(text: str) -> tuple[date, date, tuple[int, int]] | None:
    """First and last day of the first date in the text (a month or a year is a span of days), and its place."""
    for match in DATE.finditer(text):
        year, month = int(match[1]), int(match[2] or 0)
        try:
            if match[3]:
                day = date(year, month, int(match[3]))
                return day, day, match.span()
            if month:
                return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), match.span()
            return date(year, 1, 1), date(year, 12, 31), match.span()
        except (ValueError, calendar.IllegalMonthError):
            continue
    return None

"""Time is passed in. Instants are UTC and aware; the business day is that of China (UTC+8, no summer time)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it is put: for tests, replays and the demo."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def forward(self, step: timedelta) -> None:
        self.at += step


def today(clock: Clock) -> date:
    """The calendar day in China."""
    return clock.now().astimezone(CHINA).date()

"""Dates and instants: validity periods, months, deadlines."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = "Europe/Brussels"


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from ``first`` to ``last``, both included; ``last`` None means open."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("a period ends on or after the day it begins")

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: DateRange) -> bool:
        """Whether the two share a day."""
        return (other.last is None or self.first <= other.last) and (self.last is None or other.first <= self.last)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later; the last day of a shorter month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def instant_in_zone(day: date, hour: int, minute: int, second: int, zone: str) -> datetime:
    """The UTC instant of a wall-clock time; of the two in the night of the clock change, the first.

    Raise ValueError for a time that the spring change skips: a deadline there never comes.
    """
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo(zone))
    instant = local.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{local:%Y-%m-%d %H:%M} does not exist in {zone}")
    return instant


def in_time(received_at: datetime, deadline: datetime) -> bool:
    """Whether a request received at that instant meets the deadline: the instant itself does."""
    return received_at <= deadline


def left_until(deadline: datetime, now: datetime) -> timedelta:
    """Time left, never negative."""
    return max(deadline - now, timedelta(0))

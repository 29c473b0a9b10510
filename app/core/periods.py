"""Dates and instants: validity periods, months, deadlines."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = "Europe/Brussels"
_PARTS = ("year", "month", "day")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LONGEST = 4
"""Digits of the longest part of a day, its year."""


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


def why_no_day(typed: str) -> str:
    """Why ``typed`` (year-month-day, from three fields or from one text) is no day, as the end of a sentence.

    A day that the calendar does not have is named in words; a part that is missing is asked for.
    """
    parts = [part.strip() for part in typed.strip().split("-")]
    lacking = [name for name, part in zip(_PARTS, parts, strict=False) if not part.strip("0")]
    if len(parts) == len(_PARTS) and len(lacking) < len(_PARTS):
        if lacking:
            return f"the {' and the '.join(reversed(lacking))} {'is' if len(lacking) == 1 else 'are'} missing."
        if all(part.isascii() and part.isdigit() and len(part) <= _LONGEST for part in parts):
            year, month, day = (int(part) for part in parts)
            if month > len(_MONTHS):
                return f"there is no month {month}."
            if day > calendar.monthrange(year, month)[1]:
                return f"{day} {_MONTHS[month - 1]} {year} does not exist."
            return f"write it as {year:04}-{month:02}-{day:02}."
    return "enter a day, a month and a year, such as 4 4 2019 for 4 April 2019."


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

"""A deadline as pages show it: the call's zone, the reader's zone, and what is left by the server's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.core.periods import BRUSSELS, in_time, left_until
from app.infra.templates import day_pattern, locale_of, translator

if TYPE_CHECKING:
    from app.delivery.unit_of_work import Work

_HOUR, _MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class ShownDeadline:
    """What the deadline macros take: ``instant`` is ISO with the offset of the call's zone."""

    instant: str
    call_words: str
    left: str
    reader_words: str
    past: bool


def shown_deadline(work: Work, deadline: datetime, zone: str = BRUSSELS) -> ShownDeadline:
    """The deadline in the zone of the call and, for a person in another zone, in theirs."""
    language, own_zone = work.known.language, work.known.zone
    local = deadline.astimezone(ZoneInfo(zone))
    elsewhere = work.actor.signed_in and deadline.astimezone(ZoneInfo(own_zone)).utcoffset() != local.utcoffset()
    words = translator(language)("%s for you")
    return ShownDeadline(
        instant=local.isoformat(),
        call_words=f"{_words(deadline, zone, language)} {city(zone, language)}",
        left=left_words(left_until(deadline, work.now), language),
        reader_words=words % _words(deadline, own_zone, language) if elsewhere else "",
        past=not in_time(work.now, deadline),
    )


def left_words(left: timedelta, language: str) -> str:
    """``6 d 2 h``: the two greatest units, as the script of the page counts on from there."""
    day, hour, minute, second = translator(language)("d h min s").split()
    seconds = left.seconds
    hours, minutes = seconds // _HOUR, seconds // _MINUTE % _MINUTE
    if left.days:
        return f"{left.days} {day} {hours} {hour}"
    if hours:
        return f"{hours} {hour} {minutes} {minute}"
    return f"{minutes} {minute} {seconds % _MINUTE} {second}"


def city(zone: str, language: str = "en") -> str:
    """The place that a zone is named after: ``Europe/Brussels`` is Brussels, in French Bruxelles."""
    name = zone.rsplit("/", 1)[-1].replace("_", " ")
    return translator(language)("Brussels") if name == "Brussels" else name


@lru_cache(maxsize=1024)
def _words(instant: datetime, zone: str, language: str) -> str:
    locale = locale_of(language)
    return format_datetime(instant, f"EEE {day_pattern(locale)}, HH:mm", tzinfo=ZoneInfo(zone), locale=locale)

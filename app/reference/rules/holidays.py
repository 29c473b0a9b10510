"""Which days do the institutions of the Union keep free? Terms that end on one run on to the next working day.

The list follows the public holidays that the institutions publish each year in the Official Journal for the
calculation of terms (Regulation (EEC, Euratom) No 1182/71): new year, the days around Easter, Labour Day, Europe Day,
Ascension with the day after, Whit Monday, the Belgian national day, Assumption, All Saints and All Souls, and the
days from Christmas Eve to the end of the year.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_FIXED = ((1, 1), (1, 2), (5, 1), (5, 9), (7, 21), (8, 15), (11, 1), (11, 2), *((12, day) for day in range(24, 32)))
_FROM_EASTER = (-3, -2, 1, 39, 40, 50)
"""Maundy Thursday, Good Friday, Easter Monday, Ascension and the day after, Whit Monday."""
SATURDAY = 5


@cache
def eu_holidays(year: int) -> frozenset[date]:
    """The holidays of a year, those that fall on a weekend too."""
    easter = easter_sunday(year)
    return frozenset(date(year, month, day) for month, day in _FIXED) | {
        easter + timedelta(days=days) for days in _FROM_EASTER
    }


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar, from the age of the moon and the day of the week."""
    century = year // 100
    golden = year % 19
    corrected = century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15
    epact = corrected % 30
    full_moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full_moon + 2 - century + century // 4) % 7
    offset = full_moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def is_working_day(day: date) -> bool:
    """Whether the institutions work on that day."""
    return day.weekday() < SATURDAY and day not in eu_holidays(day.year)

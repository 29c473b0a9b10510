"""Days that the institutions of the Union keep free, and those that a country keeps.

Terms that end on a day that the institutions keep free run on to the next working day. What is done at a place, such
as a stay, is counted in the working days of its country.

The list follows the public holidays that the institutions publish each year in the Official Journal for the
calculation of terms (Regulation (EEC, Euratom) No 1182/71): new year, the days around Easter, Labour Day, Europe Day,
Ascension with the day after, Whit Monday, the Belgian national day, Assumption, All Saints and All Souls, and the
days from Christmas Eve to the end of the year.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from app.reference.rules.codes import country_code, iso_code

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


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The days of a year that a whole country keeps free; none where they are not known. Regions may have more."""
    import holidays  # it takes long to load, and few need it

    try:
        return frozenset(holidays.country_holidays(iso_code(country), years=year, expand=False))
    except NotImplementedError:  # how the library says that it does not know the country
        return frozenset()


def works_in(country: str, day: date) -> bool:
    """Whether a country works on that day: neither weekend nor public holiday."""
    return day.weekday() < SATURDAY and day not in public_holidays(country_code(country), day.year)

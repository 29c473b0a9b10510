"""Time zones that a person may choose."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

_OFFERED = ("Europe/", "Atlantic/", "UTC", "Africa/", "America/", "Asia/", "Australia/", "Indian/", "Pacific/")


@cache
def zones() -> tuple[str, ...]:
    """Names of all zones, the European ones first."""
    known = {name for name in available_timezones() if name.startswith(_OFFERED)}
    return tuple(sorted(known, key=lambda name: (not name.startswith("Europe/"), name)))

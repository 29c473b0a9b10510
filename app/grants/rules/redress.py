"""When a letter counts as received, and until when it may be contested.

A letter that nobody opens counts as received some days after it was sent. The term runs from that day, whose own
day does not count; where it would end on a Saturday, a Sunday or a holiday, it ends on the next working day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.core.periods import add_months

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms

DATA_DAYS, DECLARATION_DAYS, SIGNATURE_MONTHS = 21, 42, 3
"""After an information letter: first data of the agreement, declarations of honour, signature at the latest."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates that follow from sending a letter."""

    sent_on: date
    received_on: date
    redress_until: date
    data_by: date
    declarations_by: date
    signature_by: date


def terms(sent_on: date, grant: GrantTerms, works: Callable[[date], bool]) -> Terms:
    """Every date of a letter that is sent on a day; ``works`` says whether a day is a working day."""
    received = deemed_receipt(sent_on, grant.deemed_receipt_days)
    return Terms(
        sent_on=sent_on,
        received_on=received,
        redress_until=last_day(received, grant.redress_days, works),
        data_by=last_day(sent_on, DATA_DAYS, works),
        declarations_by=last_day(sent_on, DECLARATION_DAYS, works),
        signature_by=last_day(add_months(sent_on, SIGNATURE_MONTHS), 0, works),
    )


def deemed_receipt(sent_on: date, days: int) -> date:
    """The day on which a letter counts as received at the latest."""
    return sent_on + timedelta(days=days)


def last_day(received_on: date, days: int, works: Callable[[date], bool]) -> date:
    """The last day of a term of ``days`` calendar days: never one on which nobody works."""
    day = received_on + timedelta(days=days)
    while not works(day):
        day += timedelta(days=1)
    return day

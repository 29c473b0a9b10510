"""Until when must be paid, what a suspension does to it, and what being late costs."""

from __future__ import annotations

from datetime import date, timedelta

from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate

DAYS_OF_YEAR = 365
"""Interest is counted by days of a year of 365, whatever the year."""


def due_on(days: int, *from_days: date | None) -> date:
    """The last day in time: ``days`` after the latest of some days; those that are not known yet do not count.

    Raise ValueError where none is known.
    """
    known = [day for day in from_days if day is not None]
    if not known:
        raise ValueError("a time limit counts from a day")
    return max(known) + timedelta(days=days)


def suspended_for(since: date, today: date) -> int:
    """Days that a suspension has lasted: none on its first day."""
    return max((today - since).days, 0)


def effective_due(due: date, suspended_days: int, *, suspended_on: date | None, today: date) -> date:
    """The last day in time with all suspensions, the one that runs now counted until today."""
    running = suspended_for(suspended_on, today) if suspended_on is not None else 0
    return due + timedelta(days=suspended_days + running)


def days_left(due: date, today: date) -> int:
    """Days until the last day in time: 0 on that day, below zero when late."""
    return (due - today).days


def days_late(due: date, paid_on: date) -> int:
    """Days after the last day in time; 0 when in time."""
    return max((paid_on - due).days, 0)


def late_interest(amount: Money, *, due: date, paid_on: date, reference: Rate, margin: Rate) -> Money:
    """Simple interest of the reference rate plus the margin, for each day after ``due`` to the day of payment.

    Days count in a year of 365; half a cent is rounded up. Nothing where it was paid in time.
    """
    rate = reference.basis_points + margin.basis_points
    whole = BASIS_POINTS * DAYS_OF_YEAR
    size = amount.cents * rate * days_late(due, paid_on)
    return Money((2 * size + whole) // (2 * whole), amount.currency)

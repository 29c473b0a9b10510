"""What the coordinator pays back: until when, what of each booking of the bank counts, and what may be waived."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.core.money import Money
from app.core.violations import Figure, Violation

MIN_REASON = 20
"""Characters of the reason for a waiver, and for taking more than was owed."""


def recovery_due_on(decided_on: date, days: int) -> date:
    """The last day in time: ``days`` after the decision on the final report, as the terms of the agreement say."""
    return decided_on + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Came:
    """What came in with one line of the statement, on the day of its booking."""

    amount: Money
    on: date


def principal_of(owed: Money, came: Iterable[Came]) -> tuple[Came, ...]:
    """What of each line pays back what is owed, in the order of booking; the rest of a line is interest."""
    left, found = owed, []
    for one in sorted(came, key=lambda line: line.on):
        part = min(one.amount, left)
        if part:
            found.append(Came(part, one.on))
        left -= part
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Expected:
    """What may still come in: of what is owed, and of the interest up to the day of a booking."""

    open: Money
    interest: Money


def received_findings(
    received: Money, expected: Expected, *, decided_on: date, booked_on: date, taken: bool, reason: str
) -> tuple[Violation, ...]:
    """Why a line of the statement is not money that comes back; all reasons. Less than all of it is a part."""
    found = []
    if taken:
        found.append(Violation("recovery.line_taken", "This line of the statement is used already.", "line_id"))
    figures: dict[str, Figure] = {"received": received}
    if received <= Money.zero():
        words = "With this line {received} left the account: nothing came back with it."
        found.append(Violation("recovery.nothing_came", words, "line_id", figures))
    if received > expected.open + expected.interest and len(reason.strip()) < MIN_REASON:
        words = "{open} is still to be paid back, and {interest} of interest, but with this line {received} came in. "
        words += "Say in at least {minimum} characters what happens with the rest."
        figures |= {"open": expected.open, "interest": expected.interest, "minimum": MIN_REASON}
        found.append(Violation("recovery.more_came", words, "reason", figures))
    if booked_on < decided_on:
        words = "This line was booked on {booked}, before the report was decided on {decided}."
        figures = {"booked": booked_on, "decided": decided_on}
        found.append(Violation("recovery.booked_before", words, "line_id", figures))
    return tuple(found)


def waiver_findings(
    waiver: Collection[UUID], decided_by: Collection[UUID | None], reason: str
) -> tuple[Violation, ...]:
    """Why what is owed cannot be waived: by who decided that it is owed, or without a reason."""
    found = []
    if set(waiver) & set(decided_by):
        words = "You decided that this is owed, so somebody else waives it."
        found.append(Violation("recovery.own_waiver", words))
    if len(reason.strip()) < MIN_REASON:
        words = "Say in at least {minimum} characters why the money is not asked back."
        found.append(Violation("recovery.waiver_reason", words, "waiver_reason", {"minimum": MIN_REASON}))
    return tuple(found)


def nothing_open_findings(expected: Expected) -> tuple[Violation, ...]:
    """Why nothing can come in or be waived any more."""
    if expected.open or expected.interest:
        return ()
    words = "Nothing is to be paid back after this report, or it came in already."
    return (Violation("settlement.nothing_to_recover", words),)

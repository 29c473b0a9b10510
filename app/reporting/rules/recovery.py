"""What the coordinator pays back: until when, and which booking of the bank shows that it came in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.core.money import Money
from app.core.violations import Figure, Violation


def recovery_due_on(decided_on: date, days: int) -> date:
    """The last day in time: ``days`` after the decision on the final report, as the terms of the agreement say."""
    return decided_on + timedelta(days=days)


def amounts_that_settle(owed: Money, interest: Money) -> tuple[Money, ...]:
    """What may come in for it: what is owed, alone or with the interest for coming late."""
    return (owed, owed + interest) if interest else (owed,)


def received_findings(
    received: Money, settles: Sequence[Money], *, decided_on: date, booked_on: date, taken: bool
) -> tuple[Violation, ...]:
    """Why a line of the statement is not the money that was to come back; all reasons."""
    found = []
    if taken:
        found.append(Violation("recovery.line_taken", "This line of the statement is used already.", "line_id"))
    if received not in settles:
        words = "{owed} is to be paid back, but with this line {received} came in."
        figures: dict[str, Figure] = {"owed": settles[0], "received": received}
        found.append(Violation("recovery.other_amount", words, "line_id", figures))
    if booked_on < decided_on:
        words = "This line was booked on {booked}, before the report was decided on {decided}."
        figures = {"booked": booked_on, "decided": decided_on}
        found.append(Violation("recovery.booked_before", words, "line_id", figures))
    return tuple(found)

"""What follows from a decided report as pages show it: the payment with its time limit, or the money that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.grants.queries.facts import day_of
from app.infra.templates import day_text, locale_of
from app.payments.queries import payment_row
from app.payments.queries.statements import open_returns
from app.reporting.queries.interest import interest_on_payment, interest_on_recovery
from app.reporting.rules.recovery import recovery_due_on
from app.web.payment_words import STATES, time_left, today_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.core.money import Money
    from app.delivery.unit_of_work import Work
    from app.payments.rules.interest import Interest
    from app.payments.schemas import PaymentRow
    from app.reporting.queries.reading import ReportReading
    from app.web.payment_words import TimeLeft


@dataclass(frozen=True, slots=True)
class PaymentAfter:
    """The payment after a report: its state in words, how it stands to its time limit, what being late costs."""

    row: PaymentRow
    state: str
    time: TimeLeft
    interest: Interest | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the coordinator pays back: until when, whether it came, what being late costs."""

    owed: Money
    due_on: date
    came_on: date | None
    interest: Interest | None

    @property
    def most(self) -> Money:
        """The most that may come in for it: with the interest of today."""
        return self.owed + self.interest.amount if self.interest is not None else self.owed


def payment_after(work: Work, reading: ReportReading) -> PaymentAfter | None:
    """The payment that was asked for last; None before one was. One query."""
    if reading.row.payment_id is None:
        return None
    row, today = payment_row(work.session, reading.row.payment_id), today_of(work.now)
    return PaymentAfter(
        row,
        STATES[row.state],
        time_left(row, today, work.known.language),
        interest_on_payment(reading.agreement.terms, row, today),
    )


def recovery_of(work: Work, reading: ReportReading) -> Recovery | None:
    """What comes back after the report; None where nothing does."""
    found = reading.calculation
    if found is None or not found.recovery:
        return None
    return Recovery(
        found.recovery,
        recovery_due_on(day_of(found.computed_at), reading.agreement.terms.recovery_days),
        found.recovered_on,
        interest_on_recovery(reading.agreement.terms, found, day_of(work.now)),
    )


def lines_that_came(work: Work, recovery: Recovery | None) -> Sequence[tuple[str, str]]:
    """Open lines of the statement that may be the money that comes back, as options. One query."""
    if recovery is None or recovery.came_on is not None:
        return ()
    locale = locale_of(work.known.language)
    # A line that was booked before today bears less interest: the use case counts to the day of booking.
    found = open_returns(work.session, work.actor, recovery.owed, recovery.most)
    return [
        (str(one.id), " ".join(part for part in (day_text(one.booked_on, locale), one.counterparty, one.text) if part))
        for one in found
    ]

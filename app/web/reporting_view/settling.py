"""What follows from a decided report as pages show it: the payment with its time limit, or the money that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.grants.queries.facts import day_of
from app.infra.templates import day_text, locale_of, money_text
from app.payments.queries import payment_row
from app.payments.queries.statements import incoming_lines
from app.reporting.queries.interest import interest_on_payment
from app.reporting.queries.recoveries import Recovery, recovery_after
from app.web.payment_words import STATES, time_left, today_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

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
    """What comes back after the report; None where nothing does. One query."""
    if reading.calculation is None:
        return None
    return recovery_after(work.session, reading.agreement, reading.calculation, day_of(work.now))


def answered_by(recovery: Recovery | None) -> UUID | None:
    """Who answered the announcement of a recovery; None where nobody did."""
    return recovery.hearing.answered_by if recovery is not None and recovery.hearing is not None else None


def lines_that_came(work: Work, recovery: Recovery | None) -> Sequence[tuple[str, str]]:
    """Open lines with which money came in, as options: all of what comes back, or a part of it. One query."""
    if recovery is None or recovery.due_on is None or not (recovery.open or recovery.interest_open):
        return ()
    locale = locale_of(work.known.language)
    return [
        (
            str(one.id),
            " ".join(
                part
                for part in (
                    day_text(one.booked_on, locale),
                    money_text(one.amount, locale),
                    one.counterparty,
                    one.text,
                )
                if part
            ),
        )
        for one in incoming_lines(work.session, work.actor, recovery.open)
    ]

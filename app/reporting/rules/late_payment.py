"""When is interest for a payment that came late owed? By itself above a minimum, else on request within two months.

Regulation (EU, Euratom) 2024/2509 (Financial Regulation), Article 116(5), as 2018/1046 before it: the creditor is
entitled to interest once the term is over; interest of EUR 200 or less is paid only on a demand that is submitted
within two months of receiving the late payment. The call may name another minimum. Confidence: high for the rule.
The day of receipt is taken to be the day on which the bank booked the payment (assumed: a transfer in euro arrives on
that day or the next working day).
Interest is compensation, no part of the grant: it is charged to the administrative budget and counts in no figure of
the grant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.money import Money
from app.core.periods import add_months
from app.core.violations import Figure, Violation
from app.payments.rules.interest import Interest

MONTHS_TO_REQUEST = 2
LEAST = Money(20_000)
"""EUR 200: the figure of the law, where the call names none."""


class InterestState(StrEnum):
    """Where the interest for a late payment stands."""

    ON_REQUEST = "on_request"
    LAPSED = "lapsed"
    DUE = "due"
    UNDER_WAY = "under_way"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class LatePayment:
    """A payment that the bank booked after its last day in time, and what became of its interest.

    ``interest`` runs to the day of booking. ``under_way`` and ``paid`` are about the payment of the interest itself.
    """

    interest: Interest
    booked_on: date
    requested_on: date | None = None
    under_way: bool = False
    paid: bool = False

    @property
    def on_request(self) -> bool:
        """Whether it is so little that it is paid only to who asks for it in time."""
        minimum = self.interest.minimum_claim
        return self.interest.amount <= (LEAST if minimum is None else minimum)

    @property
    def request_until(self) -> date:
        """The last day of the request; it matters only where the interest is paid on request."""
        return add_months(self.booked_on, MONTHS_TO_REQUEST)

    @property
    def due_since(self) -> date | None:
        """The day from which it is owed: that of the booking, or of the request in time; None where it is not."""
        if not self.interest.amount:
            return None
        if not self.on_request:
            return self.booked_on
        in_time = self.requested_on is not None and self.requested_on <= self.request_until
        return self.requested_on if in_time else None

    def state(self, today: date) -> InterestState:
        """Where it stands on a day."""
        if self.paid:
            return InterestState.PAID
        if self.under_way:
            return InterestState.UNDER_WAY
        if self.due_since is not None:
            return InterestState.DUE
        may = bool(self.interest.amount) and today <= self.request_until
        return InterestState.ON_REQUEST if may else InterestState.LAPSED


def request_findings(late: LatePayment | None, today: date) -> tuple[Violation, ...]:
    """Why interest cannot be asked for; ``late`` is None where the payment was not booked late."""
    if late is None:
        return (_none(),)
    state = late.state(today)
    if state is InterestState.ON_REQUEST:
        return ()
    if state is InterestState.LAPSED:
        words = "Interest of {amount} could be asked for until {day}."
        figures: dict[str, Figure] = {"amount": late.interest.amount, "day": late.request_until}
        return (Violation("interest.request_too_late", words, "payment_id", figures),)
    words = "Interest of {amount} is paid without another request."
    return (Violation("interest.needs_no_request", words, "payment_id", {"amount": late.interest.amount}),)


def paying_findings(late: LatePayment | None, today: date) -> tuple[Violation, ...]:
    """Why interest is not paid: it is not owed, or it is under way or paid already."""
    if late is None:
        return (_none(),)
    state = late.state(today)
    if state is InterestState.DUE:
        return ()
    if state in {InterestState.UNDER_WAY, InterestState.PAID}:
        return (Violation("interest.asked_already", "This interest is paid or on its way already.", "payment_id"),)
    words = "Interest of {amount} is paid only where the payee asked for it by {day}."
    figures: dict[str, Figure] = {"amount": late.interest.amount, "day": late.request_until}
    return (Violation("interest.not_requested", words, "payment_id", figures),)


def _none() -> Violation:
    return Violation("interest.not_late", "This is no payment of the grant that was booked late.", "payment_id")

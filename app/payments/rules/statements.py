"""Which payment a line of the bank's statement is, and what it does to it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.core.money import Money
from app.core.violations import Figure, Violation
from app.payments.rules.lifecycle import PAYMENT, PaymentEvent, PaymentState


@dataclass(frozen=True, slots=True)
class Stated:
    """One booking as the bank states it; ``amount`` is below zero where money left the body's account."""

    booked_on: date
    amount: Money
    counterparty: str = ""
    iban: str = ""
    end_to_end_id: str = ""
    text: str = ""


class Meaning(StrEnum):
    """What a line says of its payment."""

    PAID = "paid"
    CAME_BACK = "came_back"


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment that left in a file, as a line can name it.

    ``booked`` where the bank booked it once; ``instead`` is the reference of another attempt to pay the same that is
    under way or paid.
    """

    reference: str
    amount: Money
    state: PaymentState
    booked: bool = False
    instead: str = ""


def fingerprints(lines: Sequence[Stated]) -> list[str]:
    """One for each line, by its content; lines that are alike within a statement are told apart by their order.

    So a line that two statements hold is known again, and two equal bookings of one day are not taken for one.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        parts = (line.booked_on.isoformat(), line.amount.amount, line.counterparty, line.iban, line.end_to_end_id)
        content = "\x1f".join((*parts, line.text))
        seen[content] += 1
        found.append(hashlib.sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest())
    return found


def meaning(line: Stated) -> Meaning:
    """Whether money left or came."""
    return Meaning.PAID if line.amount.cents < 0 else Meaning.CAME_BACK


def match_findings(line: Stated, payment: Sent | None) -> tuple[Violation, ...]:
    """Why the line is not the booking, or the return, of the payment that it names; all reasons."""
    if payment is None:
        if not line.end_to_end_id:
            return (Violation("payments.line_names_none", "The bank names no payment with this line.", "reference"),)
        words = "No payment is called {reference}."
        return (Violation("payments.line_unknown", words, "reference", {"reference": line.end_to_end_id}),)
    found = []
    size = -line.amount if meaning(line) is Meaning.PAID else line.amount
    if size != payment.amount:
        words = "The bank booked {booked}, but {reference} is of {amount}."
        figures: dict[str, Figure] = {"booked": size, "reference": payment.reference, "amount": payment.amount}
        found.append(Violation("payments.line_other_amount", words, "reference", figures))
    event = PaymentEvent.PAY if meaning(line) is Meaning.PAID else PaymentEvent.FAIL
    again = payment.state is PaymentState.FAILED and payment.booked
    if again or not PAYMENT.allows(payment.state, event):
        words = "{reference} is {state}: this line cannot be its booking."
        if event is PaymentEvent.FAIL:
            words = "{reference} is {state}: it cannot have come back."
        figures = {"reference": payment.reference, "state": payment.state.value}
        found.append(Violation("payments.line_other_state", words, "reference", figures))
    elif payment.state is PaymentState.FAILED and payment.instead:
        words = (
            "{reference} was given up as never paid, but the bank booked it, and {instead} was asked for instead. "
            "Give {instead} up before it leaves, then match this line. If both have left, the payee pays one back: "
            "record at {reference} the line with which it comes."
        )
        figures = {"reference": payment.reference, "instead": payment.instead}
        found.append(Violation("payments.paid_after_all", words, "reference", figures))
    return tuple(found)


def room_findings(reference: str, amount: Money, left: Money) -> tuple[Violation, ...]:
    """Whether what was given up can be recorded as paid: its commitment still has the amount besides what is in payment."""
    if amount <= left:
        return ()
    words = (
        "{reference} was given up as never paid, but the bank booked {amount}; its commitment has {left} left. "
        "Give up what was asked for since, or have the payee pay it back."
    )
    figures: dict[str, Figure] = {"reference": reference, "amount": amount, "left": left}
    return (Violation("payments.no_room_after_all", words, "reference", figures),)


def paying_findings(line: Stated, *, taken: bool) -> tuple[Violation, ...]:
    """Whether a line can still be said to pay something: nobody said so, and money left with it."""
    if taken:
        return (Violation("payments.line_taken", "This line is matched to a payment already, or set aside."),)
    if meaning(line) is not Meaning.PAID:
        words = "With this line money came: record at its payment that it came back."
        return (Violation("payments.line_came", words),)
    return ()


def come_back_findings(line: Stated | None, payment: Sent, *, taken: bool) -> tuple[Violation, ...]:
    """Whether the line shows that the payment came back.

    The bank has booked it: it is paid, or it was given up as never paid and its booking is an open line.
    """
    if line is None:
        words = "{reference} was booked: choose the line of the statement with which its money came back."
        return (Violation("payments.line_needed", words, "line_id", {"reference": payment.reference}),)
    if taken:
        return (Violation("payments.line_used", "This line is matched to a payment already, or set aside.", "line_id"),)
    if meaning(line) is not Meaning.CAME_BACK:
        return (Violation("payments.line_left", "With this line money left: it shows no return.", "line_id"),)
    if payment.state is PaymentState.FAILED:
        payment = replace(payment, state=PaymentState.PAID)
    return tuple(finding.at("line_id") for finding in match_findings(line, payment))

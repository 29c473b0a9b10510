"""What the bank says of a payment before it books it: statuses and reasons of pain.002, and what each does to a payment.

A status moves no money: the ledger follows the statement alone. Accepted, pending and settled are noted. What the bank
will not execute never left, so nothing comes back: it is reported as never paid, with the bank's reason, and like every
such report another person confirms it before its amount is free. One file of the bank, uploaded by one person, would
else be enough to pay the same twice.

Codes: ISO 20022 external code sets, ``ExternalPaymentTransactionStatus1Code`` and ``ExternalStatusReason1Code``; which a
bank uses is in its guide. The words here are ours. Confidence: high for the statuses and the common reasons of SEPA.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.core.money import Money
from app.core.violations import Figure, Violation
from app.payments.rules.circuit import booked_findings
from app.payments.rules.lifecycle import AT_THE_BANK, PAYMENT, PaymentEvent, PaymentState

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "RCVD": "received",
        "ACTC": "its form was accepted",
        "ACCP": "accepted after checks of the customer",
        "ACSP": "accepted, settlement under way",
        "ACWC": "accepted with a change",
        "ACWP": "accepted, not yet posted to the payee",
        "ACSC": "settled on the account of the body",
        "ACCC": "settled on the account of the payee",
        "PDNG": "pending",
        "RJCT": "rejected",
        "CANC": "cancelled at the bank",
    }
)
"""Statuses of a payment in words; PART says nothing of a single payment."""
REFUSED = frozenset({"RJCT", "CANC"})
"""The bank will not execute it."""
PARTLY = "PART"
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "AC01": "the account number is wrong",
        "AC02": "the account number of the payer is wrong",
        "AC03": "the account number of the payee is wrong",
        "AC04": "the account is closed",
        "AC06": "the account is blocked",
        "AC13": "the account of the payer is of a kind that cannot pay this",
        "AC14": "the account of the payee is of a kind that cannot receive this",
        "AG01": "this kind of account allows no such transfer",
        "AG02": "the bank does not know this kind of transfer",
        "AM01": "the amount is zero",
        "AM02": "the amount is higher than is allowed",
        "AM03": "the currency is not allowed",
        "AM04": "there was not enough money on the account of the body",
        "AM05": "the bank took it for a payment that it had already",
        "AM07": "the money on the account is blocked",
        "AM09": "the amount is not the one that was agreed",
        "AM10": "the sum of the file does not fit its payments",
        "BE01": "the name of the payee does not fit the account",
        "BE04": "the address of the payee is missing",
        "BE05": "the bank does not know who sent the file",
        "BE06": "the bank does not know the payee",
        "BE07": "the address of the payer is missing",
        "CNOR": "the bank of the payee takes part in no such transfers",
        "CURR": "the currency is wrong",
        "CUST": "the customer asked for it",
        "DNOR": "the bank of the payer takes part in no such transfers",
        "DT01": "the day is wrong",
        "DUPL": "the bank took it for a payment that it had already",
        "ED05": "the settlement failed",
        "FF01": "the form of the file is wrong",
        "MD07": "the payee has died",
        "MS02": "the payee gave no reason",
        "MS03": "the bank gave no reason",
        "NARR": "for the reason that the bank wrote",
        "RC01": "the code of the bank is wrong",
        "RC04": "the code of the payee's bank is wrong",
        "RF01": "the reference was used before",
        "RR01": "the account or a number of the payer is missing, which the law demands",
        "RR02": "the name or address of the payer is missing, which the law demands",
        "RR03": "the name or address of the payee is missing, which the law demands",
        "RR04": "for a reason of the law that the bank does not name",
        "TM01": "the file came after the hour of that day",
    }
)
"""Reasons in words, for codes that banks use for credit transfers."""


class Level(StrEnum):
    """Of what the bank says something: of the whole file, of a block of it, or of one payment."""

    GROUP = "group"
    BLOCK = "block"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Told:
    """One status as the bank gave it; ``reference`` names the payment or block, empty for the whole file."""

    level: Level
    reference: str
    status: str
    code: str = ""
    words: str = ""
    amount: Money | None = None

    @property
    def refuses(self) -> bool:
        """Whether the bank will not execute it."""
        return self.status in REFUSED

    @property
    def reason(self) -> str:
        """Why, in words: the code's meaning with the code, then what the bank wrote; empty where it says nothing."""
        known = REASONS.get(self.code, "")
        first = f"{known} ({self.code})" if known else self.code
        return ": ".join(part for part in (first, self.words) if part)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A status report of the bank: ``message_id`` is its own, ``of_message`` that of the file it answers."""

    message_id: str
    of_message: str
    created_on: date
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class AtBank:
    """A payment as a status finds it.

    ``message`` is the id of the message it went out with; ``looks_booked`` the day of an open line that may be its booking.
    """

    reference: str
    state: PaymentState
    amount: Money
    message: str
    paid_on: date | None = None
    looks_booked: date | None = None


def told_of(told: tuple[Told, ...], references: tuple[str, ...]) -> Mapping[str, Told]:
    """What the bank says of each of these payments of the file: of itself before its block, of its block before the file.

    Where one report says two things of the same, the refusal counts: somebody looks at it, and nothing is free by it.
    """
    ordered = sorted(told, key=lambda one: one.refuses)
    by_level = {level: {one.reference: one for one in ordered if one.level is level} for level in Level}
    found: dict[str, Told] = {}
    for reference in references:
        for level, key in ((Level.PAYMENT, reference), (Level.BLOCK, reference), (Level.GROUP, "")):
            one = by_level[level].get(key)
            if one is not None and one.status != PARTLY:
                found[reference] = one
                break
    return found


def rejected_words(told: Told) -> str:
    """Why the payment is reported as never paid, for whoever confirms it and for the payee."""
    return f"The bank {'cancelled' if told.status == 'CANC' else 'rejected'} it: {told.reason or 'it gave no reason'}."


def status_findings(told: Told, payment: AtBank, *, of_message: str) -> tuple[Violation, ...]:
    """Why a status cannot count for the payment that it names; all reasons."""
    found = []
    figures: dict[str, Figure] = {"reference": payment.reference}
    if told.status not in STATUSES:
        words = "{reference}: the status {status} is not known."
        found.append(Violation("payments.status_unknown", words, figures=figures | {"status": told.status or "-"}))
    if payment.message != of_message:
        words = "{reference} did not go to the bank in the file that this report is about."
        found.append(Violation("payments.status_other_file", words, figures=figures))
    if told.amount is not None and told.amount != payment.amount:
        words = "{reference} is of {amount}, the bank speaks of {told}."
        amounts: dict[str, Figure] = {"amount": payment.amount, "told": told.amount}
        found.append(Violation("payments.status_other_amount", words, figures=figures | amounts))
    return (*found, *_state_findings(told, payment))


def _state_findings(told: Told, payment: AtBank) -> tuple[Violation, ...]:
    figures: dict[str, Figure] = {
        "reference": payment.reference,
        "state": payment.state.value,
        "status": STATUSES.get(told.status, told.status),
    }
    if payment.paid_on is not None:
        words = "{reference} was booked by the bank on {day}: that it is {status} changes nothing. Only a line of the statement can show that it came back."
        return (Violation("payments.status_of_booked", words, figures=figures | {"day": payment.paid_on}),)
    if payment.state is PaymentState.FAILED and not told.refuses:
        words = "{reference} was given up as never paid, and the bank says: {status}. Look at its statements before it is asked for again."
        return (Violation("payments.status_of_given_up", words, figures=figures),)
    if payment.state not in {*AT_THE_BANK, PaymentState.FAILED}:
        words = "{reference} is {state}: it is not at the bank."
        return (Violation("payments.status_not_at_bank", words, figures=figures),)
    return booked_findings(payment.reference, payment.looks_booked) if rejects(told, payment) else ()


def rejects(told: Told, payment: AtBank) -> bool:
    """Whether the status makes the payment one that is reported as never paid: nobody has reported it before."""
    return told.refuses and PAYMENT.allows(payment.state, PaymentEvent.MISS)

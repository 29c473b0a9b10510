"""States of a payment and of a bank account."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class PaymentState(StrEnum):
    """Where a payment stands in its circuit."""

    INITIATED = "initiated"
    VERIFIED = "verified"
    AUTHORISED = "authorised"
    RELEASED = "released"
    MISSING = "missing"
    PAID = "paid"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PaymentEvent(StrEnum):
    """What can happen to a payment."""

    VERIFY = "verified"
    AUTHORISE = "authorised"
    RELEASE = "released"
    PAY = "paid"
    RETURN = "returned"
    RESUBMIT = "sent_again"
    CANCEL = "cancelled"
    MISS = "reported_missing"
    FIND = "at_the_bank"
    CONFIRM = "confirmed_missing"
    FAIL = "failed"


PAYMENT = Lifecycle(
    name="payment",
    initial=PaymentState.INITIATED,
    transitions={
        (PaymentState.INITIATED, PaymentEvent.VERIFY): PaymentState.VERIFIED,
        (PaymentState.INITIATED, PaymentEvent.RETURN): PaymentState.RETURNED,
        (PaymentState.INITIATED, PaymentEvent.CANCEL): PaymentState.CANCELLED,
        (PaymentState.VERIFIED, PaymentEvent.AUTHORISE): PaymentState.AUTHORISED,
        (PaymentState.VERIFIED, PaymentEvent.RETURN): PaymentState.RETURNED,
        (PaymentState.AUTHORISED, PaymentEvent.RELEASE): PaymentState.RELEASED,
        (PaymentState.AUTHORISED, PaymentEvent.RETURN): PaymentState.RETURNED,
        (PaymentState.RETURNED, PaymentEvent.RESUBMIT): PaymentState.INITIATED,
        (PaymentState.RETURNED, PaymentEvent.CANCEL): PaymentState.CANCELLED,
        (PaymentState.RELEASED, PaymentEvent.PAY): PaymentState.PAID,
        (PaymentState.RELEASED, PaymentEvent.MISS): PaymentState.MISSING,
        (PaymentState.MISSING, PaymentEvent.FIND): PaymentState.RELEASED,
        (PaymentState.MISSING, PaymentEvent.PAY): PaymentState.PAID,
        (PaymentState.MISSING, PaymentEvent.CONFIRM): PaymentState.FAILED,
        (PaymentState.PAID, PaymentEvent.FAIL): PaymentState.FAILED,
        (PaymentState.FAILED, PaymentEvent.PAY): PaymentState.PAID,
    },
)
"""What left in a file of the bank is taken back by its statement, or by two people who say that it was never paid.

Where both were wrong and the bank books it after all, it is paid: the ledger says what left.
"""
ENDED = (PaymentState.CANCELLED, PaymentState.FAILED)
"""As far as anybody knows, nothing is or will be paid by these; they bind nothing of their commitment."""
WAITING = (PaymentState.INITIATED, PaymentState.VERIFIED, PaymentState.AUTHORISED, PaymentState.RETURNED)
"""A person must act before money leaves."""
AT_THE_BANK = (PaymentState.RELEASED, PaymentState.MISSING)
"""In a file of the bank, which may still pay it."""
IN_PAYMENT = (*WAITING, *AT_THE_BANK)
"""On the way, and not yet booked by the bank."""


class PaymentKind(StrEnum):
    """Which payment of a grant it is; interest is for a payment that came late, and no part of the grant."""

    PREFINANCING = "prefinancing"
    INTERIM = "interim"
    BALANCE = "balance"
    INTEREST = "interest"


ONCE = (PaymentKind.PREFINANCING, PaymentKind.BALANCE, PaymentKind.INTEREST)
"""A subject has one of these at most, besides those that were cancelled or failed."""


class AccountState(StrEnum):
    """Where a bank account stands."""

    PROPOSED = "proposed"
    VALIDATED = "validated"
    REFUSED = "refused"
    REPLACED = "replaced"


class AccountEvent(StrEnum):
    """What can happen to a bank account."""

    VALIDATE = "validated"
    REFUSE = "refused"
    REPLACE = "replaced"


ACCOUNT = Lifecycle(
    name="bank account",
    initial=AccountState.PROPOSED,
    transitions={
        (AccountState.PROPOSED, AccountEvent.VALIDATE): AccountState.VALIDATED,
        (AccountState.PROPOSED, AccountEvent.REFUSE): AccountState.REFUSED,
        (AccountState.PROPOSED, AccountEvent.REPLACE): AccountState.REPLACED,
        (AccountState.VALIDATED, AccountEvent.REPLACE): AccountState.REPLACED,
    },
)
"""A change is a new row; the validated one is replaced only when the new one is validated by another person."""

"""Facts about bank accounts and payments: ids, references and amounts; never an account number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountProposed(DomainEvent):
    """Somebody gave a bank account for an organisation."""

    kind: ClassVar[str] = "bank_account.proposed"
    subject_kind: ClassVar[str] = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDecided(DomainEvent):
    """Another person validated or refused a bank account."""

    kind: ClassVar[str] = "bank_account.decided"
    subject_kind: ClassVar[str] = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInitiated(DomainEvent):
    """A payment was asked for, or asked for again after it was sent back."""

    kind: ClassVar[str] = "payment.initiated"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentVerified(DomainEvent):
    """A finance officer checked it."""

    kind: ClassVar[str] = "payment.verified"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAuthorised(DomainEvent):
    """An authorising officer approved it."""

    kind: ClassVar[str] = "payment.authorised"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReturned(DomainEvent):
    """It went back to who initiated it."""

    kind: ClassVar[str] = "payment.returned"
    subject_kind: ClassVar[str] = "payment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCancelled(DomainEvent):
    """It will not be paid."""

    kind: ClassVar[str] = "payment.cancelled"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReleased(DomainEvent):
    """It went into a file for the bank."""

    kind: ClassVar[str] = "payment.released"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPaid(DomainEvent):
    """The bank booked it."""

    kind: ClassVar[str] = "payment.paid"
    subject_kind: ClassVar[str] = "payment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMissing(DomainEvent):
    """Somebody reported that the bank never paid it; another person confirms it."""

    kind: ClassVar[str] = "payment.missing"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFound(DomainEvent):
    """The report was taken back: it is at the bank."""

    kind: ClassVar[str] = "payment.found"
    subject_kind: ClassVar[str] = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSurfaced(DomainEvent):
    """The bank booked what two people had given up as never paid; recorded as paid, or open where it is no longer due."""

    kind: ClassVar[str] = "payment.surfaced"
    subject_kind: ClassVar[str] = "payment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(DomainEvent):
    """The bank sent it back, or two people say that it never paid it."""

    kind: ClassVar[str] = "payment.failed"
    subject_kind: ClassVar[str] = "payment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSuspended(DomainEvent):
    """Its time limit stands still."""

    kind: ClassVar[str] = "payment.suspended"
    subject_kind: ClassVar[str] = "payment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentResumed(DomainEvent):
    """Its time limit runs again, later by the days that it stood."""

    kind: ClassVar[str] = "payment.resumed"
    subject_kind: ClassVar[str] = "payment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFileMade(DomainEvent):
    """A file for the bank was made."""

    kind: ClassVar[str] = "payment_file.made"
    subject_kind: ClassVar[str] = "payment_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRecorded(DomainEvent):
    """Lines of a statement of the bank were recorded."""

    kind: ClassVar[str] = "statement.recorded"
    subject_kind: ClassVar[str] = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSetAside(DomainEvent):
    """Somebody said why a line of the statement is no payment; where it concerns one, another person confirms it."""

    kind: ClassVar[str] = "statement_line.set_aside"
    subject_kind: ClassVar[str] = "statement_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineConfirmed(DomainEvent):
    """Another person confirmed that a line of the statement is not the payment that it names."""

    kind: ClassVar[str] = "statement_line.confirmed"
    subject_kind: ClassVar[str] = "statement_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTakenUp(DomainEvent):
    """A line of the statement that was set aside is open again."""

    kind: ClassVar[str] = "statement_line.taken_up"
    subject_kind: ClassVar[str] = "statement_line"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReportRecorded(DomainEvent):
    """A status report of the bank was recorded."""

    kind: ClassVar[str] = "bank_report.recorded"
    subject_kind: ClassVar[str] = "bank_report"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStatusTold(DomainEvent):
    """The bank said how far a payment is, or that it will not execute it; no money moved by that."""

    kind: ClassVar[str] = "payment.status_told"
    subject_kind: ClassVar[str] = "payment"

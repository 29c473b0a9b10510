"""Commands about payments and bank accounts, and the rows that pages and other areas read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.core.commands import Command, EmptyIsNone, Line
from app.core.money import Money
from app.infra.file_store import FileStore
from app.payments.rules.circuit import Circuit
from app.payments.rules.lifecycle import AccountState, PaymentKind, PaymentState
from app.payments.rules.lines import AsideKind, LineState

MOST_CHOSEN = 1000
Reason = Annotated[str, StringConstraints(max_length=2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentToInitiate:
    """A payment that another area asks for. ``sheet`` explains the amount, one (words, amount) a step.

    ``subject_reference`` and ``title`` are what lists show; ``programme_id`` is the programme of the call whose
    envelope holds the commitment; ``due_on`` the last day in time (``rules/time_limits.py: due_on``); ``again`` an
    earlier payment of the same that was given up; ``call_id`` the call where people act on it, that of the envelope
    unless it is charged beside every call; ``parties`` are the application and the organisations whose people act on no
    step of it.
    """

    subject_kind: str
    subject_id: UUID
    programme_id: UUID
    commitment_id: UUID
    reference: str
    title: str
    kind: PaymentKind
    amount: Money
    organisation_id: UUID
    due_on: date
    sheet: Sequence[tuple[str, Money]] = ()
    again: UUID | None = None
    call_id: UUID | None = None
    parties: Collection[UUID] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountToPropose:
    """An account as somebody types it; an empty BIC is taken from the IBAN where it tells."""

    organisation_id: UUID
    holder: str
    iban: str
    bic: str = ""


class ProposeAccount(Command):
    """Give the bank account of an organisation; another person validates it."""

    holder: Line = ""
    iban: Annotated[str, StringConstraints(max_length=60)] = ""
    bic: Annotated[str, StringConstraints(max_length=20)] = ""


class DecideAccount(Command):
    """Validate a bank account that was proposed, or refuse it with a reason."""

    validate_it: bool
    reason: Reason = ""


class GiveReason(Command):
    """Send back, cancel, suspend or fail a payment, with the reason."""

    reason: Reason = ""


class ReleasePayments(Command):
    """Put the chosen payments into one file for the bank."""

    payment_ids: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)]


class MatchLine(Command):
    """Say which payment a line of the statement is, by its reference."""

    reference: Line = ""


class SetAside(Command):
    """Say why a line of the statement is no payment; ``words`` explain it to whoever reads the books."""

    kind: AsideKind
    words: Reason = ""


class FailPayment(Command):
    """Say that the bank sent back what it had booked, and which line of its statement shows the money again."""

    reason: Reason = ""
    line_id: Annotated[UUID | None, EmptyIsNone] = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A bank account with the name of its organisation."""

    id: UUID
    organisation_id: UUID
    organisation: str
    holder: str
    iban: str
    bic: str
    bank: str
    state: AccountState
    proposed_at: datetime
    proposed_by: UUID | None
    decided_at: datetime | None
    decided_by: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment as lists and pages show it; ``due_on`` counts the suspensions that ended."""

    id: UUID
    reference: str
    subject_kind: str
    subject_id: UUID
    subject_reference: str
    title: str
    call_id: UUID
    programme_id: UUID
    commitment_id: UUID
    kind: PaymentKind
    amount: Money
    organisation_id: UUID
    payee: str
    bank_account_id: UUID
    holder: str
    iban: str
    bic: str
    due_on: date
    sheet: tuple[tuple[str, Money], ...]
    state: PaymentState
    initiated_at: datetime
    initiated_by: UUID | None
    verified_at: datetime | None
    verified_by: UUID | None
    authorised_at: datetime | None
    authorised_by: UUID | None
    released_at: datetime | None
    released_by: UUID | None
    missing_at: datetime | None
    missing_by: UUID | None
    confirmed_at: datetime | None
    confirmed_by: UUID | None
    claim_id: UUID
    file_id: UUID | None
    file: str
    paid_on: date | None
    reason: str
    suspended_on: date | None
    suspended_days: int

    @property
    def circuit(self) -> Circuit:
        """Who did what so far."""
        return Circuit(self.initiated_by, self.verified_by, self.authorised_by, self.released_by)


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which payments are wanted; empty fields do not narrow.

    ``standing`` is ``mine`` (the person's step is next), ``on_the_way``, ``suspended`` or ``late`` (as of
    ``today``).
    """

    text: str = ""
    state: PaymentState | None = None
    kind: PaymentKind | None = None
    standing: str = ""
    today: date | None = None
    call_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which lines are wanted; empty fields do not narrow.

    ``standing`` is a state of a line, or ``came_back``: money that came and names a payment, or is settled as its return.
    ``statement_id`` is the recording that brought them.
    """

    text: str = ""
    standing: str = ""
    statement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file for the bank."""

    id: UUID
    reference: str
    message_id: str
    sha256: str
    control_sum: Money
    payments: int
    created_at: datetime
    created_by: UUID | None
    paid: int
    failed: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the statement, with the payment that it is, or the reference of what else it settles, where known.

    Where it is set aside: why, by whom, and the payment that it concerns.
    """

    id: UUID
    booked_on: date
    amount: Money
    counterparty: str
    iban: str
    end_to_end_id: str
    text: str
    recorded_at: datetime
    payment_id: UUID | None
    payment: str
    settles: str
    state: LineState
    statement_id: UUID | None
    aside_kind: str
    aside_words: str
    aside_at: datetime | None
    aside_by: UUID | None
    aside_confirmed_at: datetime | None
    aside_confirmed_by: UUID | None
    concerns_id: UUID | None
    concerns: str

    @property
    def is_open(self) -> bool:
        """Whether nobody has said what it is."""
        return self.state is LineState.OPEN


@dataclass(frozen=True, slots=True)
class Payer:
    """The account from which the body pays, from the settings."""

    name: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class Bank:
    """What a file for the bank needs besides the payments: the body's own account, and where files are kept."""

    payer: Payer
    files: FileStore


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of recording a statement: its lines that were new and known before, and the payments that they paid.

    ``statement_id`` names the recording; None where every line was known.
    """

    new: int
    known: int
    paid: tuple[UUID, ...]
    statement_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a file of the bank: of a statement ``recorded``, of a status report its id; ``again`` if it was known."""

    recorded: Recorded | None = None
    report_id: UUID | None = None
    again: bool = False

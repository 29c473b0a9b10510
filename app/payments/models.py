"""Tables of bank accounts, payments, files for the bank and what the bank says. The migration has their guards."""

from __future__ import annotations

from datetime import date, datetime
from itertools import combinations
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
from app.infra.db.base import Base, one_of, state_of
from app.payments.rules.lifecycle import ACCOUNT, PAYMENT, AccountState, PaymentKind, PaymentState
from app.payments.rules.lines import LINE, AsideKind, LineState

CIRCUIT = ("initiated", "verified", "authorised", "released")
"""The four acts of a payment; each has a person and an instant."""


class BankAccount(Base):
    """An account of an organisation as somebody gave it; a change is a new row, validated by another person."""

    __tablename__ = "bank_account"
    __table_args__ = (
        state_of(ACCOUNT),
        sa.CheckConstraint("(state in ('validated', 'refused')) <= (decided_at is not null)", name="decided_at"),
        sa.CheckConstraint("decided_by is null or decided_by is distinct from proposed_by", name="four_eyes"),
        sa.Index(
            "uq_bank_account_validated",
            "organisation_id",
            unique=True,
            postgresql_where=sa.text("state = 'validated'"),
        ),
        sa.Index(
            "uq_bank_account_proposed",
            "organisation_id",
            unique=True,
            postgresql_where=sa.text("state = 'proposed'"),
        ),
        sa.Index("ix_bank_account_organisation_id", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    holder: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    bank: Mapped[str] = mapped_column(default="")
    state: Mapped[AccountState] = mapped_column(sa.Text)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")


class PaymentFile(Base):
    """A file for the bank: made once for these payments; ``message_id`` follows from which they are."""

    __tablename__ = "payment_file"
    __table_args__ = (
        sa.CheckConstraint("payments > 0", name="payments"),
        sa.CheckConstraint("control_sum > 0", name="control_sum"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("message_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    message_id: Mapped[str]
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("stored_file.id"))
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    control_sum: Mapped[Money]
    payments: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class PaymentNumber(Base):
    """The last number that was given in a year to a kind of thing (PAY, FILE); the row's lock orders who asks."""

    __tablename__ = "payment_number"

    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def _four_eyes() -> list[sa.CheckConstraint]:
    """No two of the four acts by one person, whatever program writes."""
    return [
        sa.CheckConstraint(
            f"{later}_by is null or {later}_by is distinct from {earlier}_by", name=f"{later}_not_{earlier}"
        )
        for earlier, later in combinations(CIRCUIT, 2)
    ]


class Payment(Base):
    """One payment to one organisation, with its account as it was frozen.

    ``commitment_id`` and ``call_id`` have no key: only the ledger touches its tables, and payments know no calls;
    ``programme_id`` is told by who initiates, so that roles count in their scope. ``due_on`` is the day without
    suspensions: each adds its days to ``suspended_days``. ``subject_reference`` and ``title`` are what lists show.
    ``claim_id`` is the id of the first attempt to pay the same. ``missing_*`` and ``confirmed_*`` are the two people
    who say that the bank never paid what stands in its file.
    """

    __tablename__ = "payment"
    __table_args__ = (
        state_of(PAYMENT),
        one_of("kind", PaymentKind),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("suspended_days >= 0", name="suspended_days"),
        sa.CheckConstraint("(state in ('released', 'missing', 'paid')) <= (file_id is not null)", name="file_id"),
        sa.CheckConstraint("(file_id is null) = (released_at is null)", name="released_at"),
        sa.CheckConstraint("(state = 'paid') <= (paid_on is not null)", name="paid_on"),
        sa.CheckConstraint("(state = 'verified') <= (verified_at is not null)", name="verified_at"),
        sa.CheckConstraint(
            "(state in ('authorised', 'released', 'missing', 'paid'))"
            " <= (verified_at is not null and authorised_at is not null)",
            name="authorised_at",
        ),
        sa.CheckConstraint("(state = 'missing') <= (missing_at is not null)", name="missing_at"),
        sa.CheckConstraint("(state = 'failed') <= (paid_on is not null or confirmed_at is not null)", name="proved"),
        sa.CheckConstraint(
            "confirmed_by is null or confirmed_by is distinct from missing_by", name="confirmed_not_missing"
        ),
        *_four_eyes(),
        sa.UniqueConstraint("reference"),
        sa.Index(
            "uq_payment_once",
            "subject_kind",
            "subject_id",
            "kind",
            unique=True,
            postgresql_where=sa.text(
                "kind in ('prefinancing', 'balance', 'interest') and state not in ('cancelled', 'failed')"
            ),
        ),
        sa.Index(
            "uq_payment_claim",
            "claim_id",
            unique=True,
            postgresql_where=sa.text("state not in ('cancelled', 'failed')"),
        ),
        sa.Index("ix_payment_claim_id", "claim_id"),
        sa.Index("ix_payment_subject_kind_subject_id", "subject_kind", "subject_id"),
        sa.Index("ix_payment_commitment_id", "commitment_id"),
        sa.Index("ix_payment_state", "state"),
        sa.Index("ix_payment_file_id", "file_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_reference: Mapped[str]
    title: Mapped[str]
    call_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    commitment_id: Mapped[UUID]
    kind: Mapped[PaymentKind] = mapped_column(sa.Text)
    amount: Mapped[Money]
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    bank_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("bank_account.id"))
    holder: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    due_on: Mapped[date]
    sheet: Mapped[list[Any]]
    state: Mapped[PaymentState] = mapped_column(sa.Text)
    initiated_at: Mapped[datetime]
    initiated_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    authorised_at: Mapped[datetime | None]
    authorised_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    missing_at: Mapped[datetime | None]
    missing_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    claim_id: Mapped[UUID]
    file_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("payment_file.id"))
    paid_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    suspended_on: Mapped[date | None]
    suspended_days: Mapped[int] = mapped_column(default=0)
    parties: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid()), default=list)
    """The application and the organisations that take part: their people act on no step of it."""


class StatementLine(Base):
    """One booking of the body's own account as the bank stated it; below zero where money left.

    ``fingerprint`` follows from its content, so that a line of two statements is recorded once. ``payment_id`` is
    set when it is known to be the booking, or the return, of a payment; ``settles`` is the reference of what else it
    settles, such as money that a coordinator pays back. ``aside_*`` say who set it aside and why, ``concerns_id`` is
    the payment that it names then: another person confirms it. ``statement_id`` is the recording that brought it first.
    """

    __tablename__ = "statement_line"
    __table_args__ = (
        state_of(LINE),
        sa.CheckConstraint(f"aside_kind in {('', *(kind.value for kind in AsideKind))}", name="aside_kind"),
        sa.CheckConstraint("(state = 'matched') = (matched_at is not null)", name="matched"),
        sa.CheckConstraint("(state in ('proposed', 'aside')) = (aside_at is not null)", name="aside_at"),
        sa.CheckConstraint("(aside_at is not null) = (aside_kind <> '')", name="aside_why"),
        sa.CheckConstraint(
            "(state = 'aside' and concerns_id is not null) = (aside_confirmed_at is not null)", name="aside_confirmed"
        ),
        sa.CheckConstraint(
            "aside_confirmed_by is null or aside_confirmed_by is distinct from aside_by", name="aside_four_eyes"
        ),
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.CheckConstraint("(payment_id is null and settles = '') = (matched_at is null)", name="matched_at"),
        sa.CheckConstraint("payment_id is null or settles = ''", name="settles"),
        sa.UniqueConstraint("fingerprint"),
        sa.Index("ix_statement_line_payment_id", "payment_id"),
        sa.Index("ix_statement_line_booked_on", "booked_on"),
        sa.Index("ix_statement_line_statement_id", "statement_id"),
        sa.Index(
            "ix_statement_line_unsettled", "recorded_at", postgresql_where=sa.text("state in ('open', 'proposed')")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    booked_on: Mapped[date]
    amount: Mapped[Money]
    counterparty: Mapped[str]
    iban: Mapped[str]
    end_to_end_id: Mapped[str]
    text: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(sa.CHAR(64))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    payment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("payment.id"))
    settles: Mapped[str] = mapped_column(default="")
    matched_at: Mapped[datetime | None]
    matched_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[LineState] = mapped_column(sa.Text, default=LINE.initial)
    statement_id: Mapped[UUID | None]
    aside_kind: Mapped[str] = mapped_column(default="")
    aside_words: Mapped[str] = mapped_column(default="")
    aside_at: Mapped[datetime | None]
    aside_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    aside_confirmed_at: Mapped[datetime | None]
    aside_confirmed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    concerns_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("payment.id"))


class BankReport(Base):
    """A status report of the bank (pain.002), recorded once: ``fingerprint`` follows from what it says.

    ``findings`` are statuses that could not count, each with its reference and words; ``unknown`` are references that
    name no payment of whoever recorded it.
    """

    __tablename__ = "bank_report"
    __table_args__ = (
        sa.CheckConstraint("noted >= 0 and rejected >= 0", name="counts"),
        sa.UniqueConstraint("fingerprint"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    of_message: Mapped[str]
    created_on: Mapped[date]
    fingerprint: Mapped[str] = mapped_column(sa.CHAR(64))
    noted: Mapped[int]
    rejected: Mapped[int]
    findings: Mapped[list[Any]]
    unknown: Mapped[list[Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class PaymentStatus(Base):
    """What a report of the bank says of one payment; it moves no money."""

    __tablename__ = "payment_status"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "payment_id"),
        sa.Index("ix_payment_status_payment_id", "payment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("bank_report.id"))
    payment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("payment.id"))
    told_on: Mapped[date]
    status: Mapped[str]
    code: Mapped[str]
    words: Mapped[str]

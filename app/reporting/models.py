"""Tables of reporting: periods, reports, statements with their costs, indicators and calculations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
from app.infra.db.base import Base, one_of, state_of
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.hearing import HEARING, HearingState
from app.reporting.rules.lifecycle import REPORT, ReportState
from app.reporting.rules.periods import PaymentAfter


class ReportingPeriod(Base):
    """A stretch of a grant after which is reported, with the days that its agreement names."""

    __tablename__ = "reporting_period"
    __table_args__ = (
        one_of("payment", PaymentAfter),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("ends_on >= starts_on", name="days"),
        sa.CheckConstraint("due_on >= ends_on", name="due_on"),
        sa.UniqueConstraint("grant_id", "number"),
        sa.Index(
            "uq_reporting_period_balance", "grant_id", unique=True, postgresql_where=sa.text("payment = 'balance'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("grant.id"))
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    due_on: Mapped[date]
    payment: Mapped[PaymentAfter] = mapped_column(sa.Text)
    opened_at: Mapped[datetime]


class PeriodicReport(Base):
    """The report on one period; its id is that of the period. ``version`` counts saves of the texts.

    ``times`` counts submissions; ``reason`` says why it was given back or rejected. ``agreement_version`` is the agreement
    that it was submitted under, and is judged by whatever an amendment changes later.
    """

    __tablename__ = "periodic_report"
    __table_args__ = (
        state_of(REPORT),
        sa.CheckConstraint("version >= 0", name="version"),
        sa.CheckConstraint("state in ('due', 'draft') or submitted_at is not null", name="submitted_at"),
        sa.CheckConstraint("(state in ('accepted', 'rejected')) = (decided_at is not null)", name="decided_at"),
        sa.CheckConstraint("state not in ('returned', 'rejected') or reason <> ''", name="reason"),
        sa.CheckConstraint("decided_by is null or decided_by is distinct from submitted_by", name="four_eyes"),
        sa.CheckConstraint("state <> 'returned' or correct_by is not null", name="correct_by"),
        sa.Index("ix_periodic_report_state", "state"),
    )

    period_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reporting_period.id"), primary_key=True)
    state: Mapped[ReportState] = mapped_column(sa.Text)
    texts: Mapped[dict[str, Any]]
    version: Mapped[int]
    saved_at: Mapped[datetime | None]
    saved_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    times: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    correct_by: Mapped[date | None]
    """Until when what was given back last is corrected, as the office stated it."""
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    agreement_version: Mapped[int | None]
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))


class IndicatorReport(Base):
    """What was reached of an indicator by the end of a period."""

    __tablename__ = "indicator_report"
    __table_args__ = (sa.CheckConstraint("value >= 0", name="value"),)

    period_id: Mapped[UUID] = mapped_column(sa.ForeignKey("periodic_report.period_id"), primary_key=True)
    indicator: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")


class FinancialStatement(Base):
    """What one partner claims for one period. A signature counts for what was signed: saving again takes it off."""

    __tablename__ = "financial_statement"
    __table_args__ = (
        sa.CheckConstraint("version > 0", name="version"),
        sa.CheckConstraint("receipts >= 0", name="receipts"),
        sa.CheckConstraint("(signed_at is null) = (sha256 is null)", name="signed"),
        sa.CheckConstraint("void_sha256 is null or reopened_at is not null", name="reopened"),
        sa.UniqueConstraint("period_id", "partner_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    period_id: Mapped[UUID] = mapped_column(sa.ForeignKey("periodic_report.period_id"))
    partner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partner.id"))
    version: Mapped[int]
    receipts: Mapped[Money]
    explanation: Mapped[str] = mapped_column(default="")
    certificate: Mapped[str] = mapped_column(default="")
    """Auditor, date and number of the certificate on the statements; empty where nobody wrote them."""
    certificate_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    sha256: Mapped[str | None] = mapped_column(sa.CHAR(64))
    reopened_at: Mapped[datetime | None]
    """When the office gave it back last; it is open as long as that is when the report was given back."""
    void_sha256: Mapped[str | None] = mapped_column(sa.CHAR(64))
    """What was signed before that; the signature does not count any more."""


class ClaimedCost(Base):
    """One line of a statement and what the officer makes of it."""

    __tablename__ = "claimed_cost"
    __table_args__ = (
        one_of("verdict", Verdict),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("units >= 0", name="units"),
        sa.CheckConstraint("accepted between 0 and amount", name="accepted"),
        sa.CheckConstraint("(verdict is null) = (accepted is null)", name="verdict_amount"),
        sa.CheckConstraint("verdict <> 'accepted' or accepted = amount", name="accepted_in_full"),
        sa.CheckConstraint("verdict <> 'rejected' or accepted = 0", name="rejected_in_full"),
        sa.CheckConstraint("verdict not in ('reduced', 'rejected') or reason <> ''", name="reason"),
        sa.UniqueConstraint("statement_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("financial_statement.id"))
    number: Mapped[int]
    category: Mapped[str]
    words: Mapped[str]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    amount: Mapped[Money]
    units: Mapped[int | None]
    verdict: Mapped[Verdict | None] = mapped_column(sa.Text)
    accepted: Mapped[Money | None]
    reason: Mapped[str] = mapped_column(default="")
    assessed_at: Mapped[datetime | None]
    assessed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class InterestRequest(Base):
    """Who asked when for the interest of a payment that came late; ``payment_id`` has no key, as above all payments."""

    __tablename__ = "interest_request"
    __table_args__ = (sa.Index("ix_interest_request_grant_id", "grant_id"),)

    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("grant.id"))
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class PaymentCalculation(Base):
    """What follows from a decided report, step by step; made once, its figures never change.

    ``agreement_version`` is the agreement in force then, whose maximum grant, ceiling and pre-financing count.
    ``due`` is to be paid, ``recovery`` to come back; later it is noted which payment it led to, or what came back when.
    ``lowered`` was taken off it after the hearing, ``received`` came back so far, ``waived`` is not asked back any more;
    ``recovered_on`` is the day when nothing was open.
    ``payment_id`` has no key: only payments touch its tables.
    """

    __tablename__ = "payment_calculation"
    __table_args__ = (
        one_of("payment", PaymentAfter),
        sa.CheckConstraint("eligible >= 0 and contribution >= 0 and receipts >= 0 and reduction >= 0", name="amounts"),
        sa.CheckConstraint("due >= 0 and recovery >= 0 and (due = 0 or recovery = 0)", name="due"),
        sa.CheckConstraint("(payment = 'balance') = (final_grant is not null)", name="final_grant"),
        sa.CheckConstraint("payment <> 'none' or due = 0", name="none"),
        sa.CheckConstraint("reduction = 0 or reduction_reason <> ''", name="reduction_reason"),
        sa.CheckConstraint("(requested_at is null) = (payment_id is null)", name="requested"),
        sa.CheckConstraint("payment_id is null or due > 0", name="payment_due"),
        sa.CheckConstraint("(recovered_on is null) = (recovery_reference = '')", name="recovered"),
        sa.CheckConstraint("recovered_on is null or recovery > 0", name="recovery"),
        sa.CheckConstraint(
            "received >= 0 and waived >= 0 and lowered >= 0 and received + waived + lowered <= recovery",
            name="came_back",
        ),
        sa.CheckConstraint(
            "(recovered_on is not null) = (recovery > 0 and received + waived + lowered = recovery)", name="settled"
        ),
        sa.CheckConstraint(
            "(waived > 0) = (waived_at is not null) and (waived = 0 or waiver_reason <> '')", name="waiver"
        ),
        sa.CheckConstraint("waived_by is null or waived_by is distinct from computed_by", name="waiver_four_eyes"),
    )

    period_id: Mapped[UUID] = mapped_column(sa.ForeignKey("periodic_report.period_id"), primary_key=True)
    agreement_version: Mapped[int]
    payment: Mapped[PaymentAfter] = mapped_column(sa.Text)
    claimed: Mapped[Money]
    eligible: Mapped[Money]
    contribution: Mapped[Money]
    receipts: Mapped[Money]
    reduction: Mapped[Money]
    reduction_reason: Mapped[str] = mapped_column(default="")
    sheet: Mapped[list[Any]]
    due: Mapped[Money]
    final_grant: Mapped[Money | None]
    recovery: Mapped[Money]
    computed_at: Mapped[datetime]
    computed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    payment_id: Mapped[UUID | None]
    requested_at: Mapped[datetime | None]
    requested_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    recovered_on: Mapped[date | None]
    recovery_reference: Mapped[str] = mapped_column(default="")
    recovered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    lowered: Mapped[Money] = mapped_column(default=Money.zero)
    received: Mapped[Money] = mapped_column(default=Money.zero)
    waived: Mapped[Money] = mapped_column(default=Money.zero)
    waiver_reason: Mapped[str] = mapped_column(default="")
    waived_at: Mapped[datetime | None]
    waived_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class RecoveryHearing(Base):
    """The hearing before what was paid too much is asked back; none where it was asked back before hearings existed.

    ``answer_by`` is the last day in the zone of the call, ``ends_at`` its last instant; ``days`` is the term of the
    agreement. An empty ``answer`` with ``answered_at`` says: no observations. ``announced_by`` decided on the report.
    """

    __tablename__ = "recovery_hearing"
    __table_args__ = (
        state_of(HEARING),
        sa.CheckConstraint("days >= 0", name="days"),
        sa.CheckConstraint("state <> 'announced' or answered_at is null", name="announced"),
        sa.CheckConstraint("state <> 'answered' or answered_at is not null", name="answered"),
        sa.CheckConstraint("answered_at is null or answered_at <= ends_at", name="answered_at"),
        sa.CheckConstraint("answer = '' or answered_at is not null", name="answer"),
        sa.CheckConstraint("file_id is null or answer <> ''", name="file"),
        sa.CheckConstraint("(state in ('announced', 'answered')) = (decided_at is null)", name="decided_at"),
        sa.CheckConstraint("decided_at is null or answered_at is not null or decided_at > ends_at", name="heard"),
        sa.CheckConstraint("(decided_at is null) = (reason = '')", name="reason"),
        sa.CheckConstraint(
            "state not in ('lowered', 'withdrawn') or decided_by is distinct from announced_by", name="four_eyes"
        ),
    )

    period_id: Mapped[UUID] = mapped_column(sa.ForeignKey("payment_calculation.period_id"), primary_key=True)
    state: Mapped[HearingState] = mapped_column(sa.Text)
    announced_at: Mapped[datetime]
    announced_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    days: Mapped[int]
    answer_by: Mapped[date]
    ends_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    file_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))

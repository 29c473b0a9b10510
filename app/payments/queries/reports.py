"""Status reports of the bank, and what they say of payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, ScopeKind
from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.payments.models import BankReport, Payment, PaymentFile, PaymentStatus
from app.payments.policies import STATEMENT_READERS
from app.payments.queries.claims import looks_booked
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.statuses import AtBank


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A status report of the bank: how many statuses were noted, how many payments it rejects, and what could not count."""

    id: UUID
    message_id: str
    of_message: str
    created_on: date
    noted: int
    rejected: int
    findings: tuple[str, ...]
    unknown: tuple[str, ...]
    recorded_at: datetime
    recorded_by: UUID | None


@dataclass(frozen=True, slots=True)
class StatusRow:
    """What the bank said of a payment, and in which report."""

    report_id: UUID
    payment_id: UUID
    payment: str
    told_on: date
    status: str
    code: str
    words: str


def payments_of_file(session: Session, message: str, references: Sequence[str]) -> Mapping[str, UUID]:
    """Ids of the payments of the file with that message id and of those that are named, by reference. Locks nothing."""
    in_file = sa.select(PaymentFile.id).where(PaymentFile.message_id == message)
    wanted = sa.or_(Payment.file_id.in_(in_file), Payment.reference.in_(references))
    found = session.execute(sa.select(Payment.reference, Payment.id).where(wanted))
    return {row.reference: row.id for row in found}


def at_bank(session: Session, payment: Payment, messages: Mapping[UUID, str]) -> AtBank:
    """A locked payment as a status finds it; ``messages`` are the ids of messages by file."""
    message = messages.get(payment.file_id, "") if payment.file_id is not None else ""
    state = PaymentState(payment.state)
    return AtBank(payment.reference, state, payment.amount, message, payment.paid_on, looks_booked(session, payment))


def messages_of(session: Session, file_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The ids of messages by file. One query."""
    columns = (PaymentFile.id, PaymentFile.message_id)
    found = session.execute(sa.select(*columns).where(PaymentFile.id.in_(file_ids)))
    return {row.id: row.message_id for row in found}


def report_known(session: Session, fingerprint: str) -> UUID | None:
    """The report with that content, or None."""
    return session.scalars(sa.select(BankReport.id).where(BankReport.fingerprint == fingerprint)).first()


def _readable(actor: Actor) -> sa.ColumnElement[bool]:
    """All reports for the whole platform; else those that the person recorded: they name payments in its scope only."""
    if any(one.scope is ScopeKind.PLATFORM for one in actor.scopes_of(*STATEMENT_READERS)):
        return sa.true()
    return BankReport.recorded_by == actor.person_id


def _report(found: BankReport) -> ReportRow:
    return ReportRow(
        id=found.id,
        message_id=found.message_id,
        of_message=found.of_message,
        created_on=found.created_on,
        noted=found.noted,
        rejected=found.rejected,
        findings=tuple(found.findings),
        unknown=tuple(found.unknown),
        recorded_at=found.recorded_at,
        recorded_by=found.recorded_by,
    )


def report_row(session: Session, actor: Actor, report_id: UUID) -> ReportRow:
    """One report that the actor may read; raise NotFound."""
    found = session.scalars(sa.select(BankReport).where(BankReport.id == report_id, _readable(actor))).first()
    if found is None:
        raise NotFoundError("status report")
    return _report(found)


def reports_page(session: Session, actor: Actor, page: PageRequest) -> Page[ReportRow]:
    """Reports that the actor may read, latest first. Two queries."""
    statement = sa.select(BankReport).where(_readable(actor))
    total = session.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one()
    rows = session.scalars(statement.order_by(BankReport.id.desc()).limit(page.size).offset(page.offset))
    return Page([_report(row) for row in rows], total, page.number, page.size)


def statuses(session: Session, *, report_id: UUID | None = None, payment_id: UUID | None = None) -> Sequence[StatusRow]:
    """What a report says, or what all of them say of a payment, the latest first. One query."""
    columns: tuple[Any, ...] = (
        PaymentStatus.report_id,
        PaymentStatus.payment_id,
        Payment.reference.label("payment"),
        PaymentStatus.told_on,
        PaymentStatus.status,
        PaymentStatus.code,
        PaymentStatus.words,
    )
    statement = sa.select(*columns).join(Payment, Payment.id == PaymentStatus.payment_id)
    if report_id is not None:
        statement = statement.where(PaymentStatus.report_id == report_id).order_by(Payment.reference)
    if payment_id is not None:
        statement = statement.where(PaymentStatus.payment_id == payment_id).order_by(PaymentStatus.id.desc())
    return [StatusRow(**row._asdict()) for row in session.execute(statement)]

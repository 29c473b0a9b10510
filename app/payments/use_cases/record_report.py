"""Record a status report of the bank: what it says of payments is noted, and what it rejects is reported as never paid."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, SignInRequiredError
from app.infra.ids import new_id
from app.payments.events import BankReportRecorded, PaymentStatusTold
from app.payments.models import BankReport, Payment, PaymentStatus
from app.payments.policies import may, records_statements
from app.payments.queries.payments import payments_for_change
from app.payments.queries.reports import at_bank, messages_of, payments_of_file, report_known
from app.payments.rules.circuit import Act
from app.payments.rules.status_files import BankMessage
from app.payments.rules.statuses import (
    Level,
    StatusReport,
    Told,
    rejected_words,
    rejects,
    status_findings,
    told_of,
)
from app.payments.schemas import GiveReason, Received
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.report_missing import report_missing


def record_message(session: Session, actor: Actor, message: BankMessage, *, now: datetime) -> Received:
    """Record what the bank sent, a statement or a status report; see the use case of each."""
    if message.report is None:
        recorded = record_statement(session, actor, message.lines, now=now)
        return Received(recorded=recorded, again=recorded.statement_id is None)
    report_id, again = record_report(session, actor, message.report, now=now)
    return Received(report_id=report_id, again=again)


def record_report(session: Session, actor: Actor, report: StatusReport, *, now: datetime) -> tuple[UUID, bool]:
    """Note what the report says and give its id, and whether it was known: then nothing happens.

    A status that cannot count is kept with the reason, and so are references that name no payment which the actor
    records; neither stops the rest. The ledger moves by statements only. Raise NotPermitted unless the actor is an
    accounting officer.
    """
    if not records_statements(actor):
        raise NotPermittedError if actor.signed_in else SignInRequiredError
    named = sorted({one.reference for one in report.told if one.reference})
    ids = payments_of_file(session, report.of_message, named)
    locked = payments_for_change(session, list(ids.values()))  # whoever sends the same report again waits here
    fingerprint = _fingerprint(report)
    if (known := report_known(session, fingerprint)) is not None:
        return known, True
    payments = {one.reference: one for one in locked if may(actor, Act.RECORD, one.call_id, one.programme_id)}
    told = told_of(report.told, tuple(sorted(payments)))
    messages = messages_of(session, [one.file_id for one in payments.values() if one.file_id is not None])
    counted, findings = [], []
    for reference, one in told.items():
        found = at_bank(session, payments[reference], messages)
        if against := status_findings(one, found, of_message=report.of_message):
            findings += [finding.text for finding in against]
        else:
            counted.append((payments[reference], one, rejects(one, found)))
    unknown = [name for name in named if name not in payments]
    if not told and any(one.level is Level.GROUP for one in report.told):
        unknown.append(report.of_message)
    made = BankReport(
        id=new_id(),
        message_id=report.message_id,
        of_message=report.of_message,
        created_on=report.created_on,
        fingerprint=fingerprint,
        noted=len(counted),
        rejected=sum(rejected for _, _, rejected in counted),
        findings=findings,
        unknown=unknown,
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    for payment, one, rejected in counted:
        _note(session, actor, made, payment, one, now=now)
        if rejected:
            report_missing(session, actor, payment.id, GiveReason(reason=rejected_words(one)), now=now)
    facts = {"message": made.message_id, "noted": made.noted, "rejected": made.rejected}
    facts |= {"not_counted": len(findings), "unknown": len(unknown)}
    record_event(session, actor, BankReportRecorded(subject_id=made.id, facts=facts), now=now)
    return made.id, False


def _note(session: Session, actor: Actor, report: BankReport, payment: Payment, told: Told, *, now: datetime) -> None:
    session.add(
        PaymentStatus(
            id=new_id(),
            report_id=report.id,
            payment_id=payment.id,
            told_on=report.created_on,
            status=told.status,
            code=told.code,
            words=told.words,
        )
    )
    session.flush()
    facts = {"reference": payment.reference, "status": told.status, "code": told.code, "report": report.id}
    event = PaymentStatusTold(
        subject_id=payment.id,
        facts=facts,
        call_id=payment.call_id,
        personal={"reason": told.words} if told.words else {},
    )
    record_event(session, actor, event, now=now)


def _fingerprint(report: StatusReport) -> str:
    """One for what a report says, however its bytes are laid out."""
    said = [
        (one.level, one.reference, one.status, one.code, one.words, one.amount.amount if one.amount else "")
        for one in report.told
    ]
    content = json.dumps([report.message_id, report.of_message, report.created_on.isoformat(), said], ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()

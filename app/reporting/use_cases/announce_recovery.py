"""Announce what was paid too much: how much, why, and until when the coordinator is heard, before it is asked back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.money import Money
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.facts import day_of
from app.reporting.events import RecoveryAnnounced
from app.reporting.models import RecoveryHearing
from app.reporting.queries.documents import ABOUT_REPORT, RECOVERY_ANNOUNCEMENT
from app.reporting.queries.reading import ReportReading
from app.reporting.rules.hearing import HEARING, end_of, last_day
from app.reporting.use_cases.acting import Act


def announce_recovery(
    session: Session, actor: Actor, act: Act, reading: ReportReading, amount: Money, *, now: datetime
) -> None:
    """Open the hearing and ask for the letter that announces it; called with the decision on a report, which it is part of.

    The coordinator is heard as many days as the agreement says, until the end of the last one in the zone of the call.
    """
    zone = reading.rules.timetable.deadline.zone
    days = reading.agreement.terms.hearing_days
    until = last_day(now, days, zone)
    hearing = RecoveryHearing(
        period_id=act.report.period_id,
        state=HEARING.initial,
        announced_at=now,
        announced_by=actor.person_id,
        days=days,
        answer_by=until,
        ends_at=end_of(until, zone),
        answer="",
        reason="",
    )
    session.add(hearing)
    session.flush()
    wanted = DocumentRequest(
        kind=RECOVERY_ANNOUNCEMENT,
        subject_kind=ABOUT_REPORT,
        subject_id=act.report.period_id,
        reference=f"{reading.agreement.reference}/H{act.number}",
        title=f"Announcement of a recovery after report {act.number} of {reading.agreement.acronym}",
        data={
            "grant": str(act.scope.grant_id),
            "number": act.number,
            "amount": amount.amount,
            "issued_on": day_of(now).isoformat(),
            "answer_by": until.isoformat(),
        },
        call_id=act.scope.call_id,
        application_id=act.scope.application_id,
    )
    request_document(session, actor, wanted, now=now)
    record_event(session, actor, RecoveryAnnounced(**act.event(amount=amount, answer_by=until)), now=now)

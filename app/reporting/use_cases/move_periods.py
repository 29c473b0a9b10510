"""Let the reporting periods follow an agreement whose end has moved: those that were reported on stay as they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import TransitionNotAllowedError
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_for_change
from app.infra.ids import new_id
from app.reporting.events import PeriodsMoved
from app.reporting.models import PeriodicReport, ReportingPeriod
from app.reporting.queries.reports import periods_for_change
from app.reporting.rules.lifecycle import REPORT, ReportState
from app.reporting.rules.periods import periods_of

UNREPORTED = (ReportState.DUE, ReportState.DRAFT)


def move_periods(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> None:
    """Give every period the days of the agreement in force; add what is new, take away what is gone and was not begun.

    Nothing happens before the periods were opened. Permission is the caller's: an amendment that is in force. Raise
    TransitionNotAllowed where a period would move whose report was submitted, or would go whose report was begun.
    """
    grant = grant_for_change(session, grant_id)
    stored = periods_for_change(session, grant_id)
    if not stored:
        return
    agreement = agreement_of(session, grant_id)
    wanted = {
        one.number: one
        for one in periods_of(
            agreement.periods, agreement.start_on, agreement.end_on, due_days=agreement.terms.report_due_days
        )
    }
    moved = 0
    for period, state in sorted(stored, key=lambda found: found[0].number not in wanted, reverse=True):
        target = wanted.pop(period.number, None)
        if target is None:
            if state is not ReportState.DUE:
                raise TransitionNotAllowedError("periodic report", state, "taken away")
            session.execute(sa.delete(PeriodicReport).where(PeriodicReport.period_id == period.id))
            session.delete(period)
            session.flush()
            moved += 1
            continue
        days = (target.starts_on, target.ends_on, target.due_on, target.payment)
        if days == (period.starts_on, period.ends_on, period.due_on, period.payment):
            continue
        if state not in UNREPORTED:
            raise TransitionNotAllowedError("periodic report", state, "moved")
        period.starts_on, period.ends_on, period.due_on, period.payment = days
        moved += 1
    session.flush()
    for target in wanted.values():
        period_id = new_id()
        session.add(
            ReportingPeriod(
                id=period_id,
                grant_id=grant_id,
                number=target.number,
                starts_on=target.starts_on,
                ends_on=target.ends_on,
                due_on=target.due_on,
                payment=target.payment,
                opened_at=now,
            )
        )
        session.flush()
        session.add(PeriodicReport(period_id=period_id, state=REPORT.initial, texts={}, version=0))
        moved += 1
    session.flush()
    if moved:
        event = PeriodsMoved(
            subject_id=grant_id,
            facts={"periods": moved, "end_on": agreement.end_on},
            call_id=grant.call_id,
            application_id=grant.application_id,
        )
        record_event(session, actor, event, now=now)

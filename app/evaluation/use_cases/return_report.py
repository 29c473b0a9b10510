"""Return a submitted report: its expert may change it again, as long as no consensus has begun."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.evaluation.events import ReportDecided
from app.evaluation.queries.acting import office_act
from app.evaluation.queries.assignments import application_of_assignment, assignment_for_change
from app.evaluation.queries.reports import report_for_change
from app.evaluation.rules.lifecycle import REPORT, JudgementState, ReportEvent, ReportState
from app.evaluation.schemas import WithReason


def return_report(session: Session, actor: Actor, assignment_id: UUID, wanted: WithReason, *, now: datetime) -> None:
    """Unlock a submitted report for its expert, with the reason that the expert reads.

    Raise RulesViolated once the consensus on the application has begun, NotFound where nothing was written,
    TransitionNotAllowed for a report that is not submitted.
    """
    application_id = application_of_assignment(session, assignment_id)
    act = office_act(session, actor, application_id, JudgementState.INDIVIDUAL)
    assignment_for_change(session, assignment_id)
    stored = report_for_change(session, assignment_id)
    if stored is None:
        raise NotFoundError("report")
    stored.state = REPORT.after(ReportState(stored.state), ReportEvent.RETURN)
    stored.reason = wanted.reason
    session.flush()
    event = ReportDecided(
        subject_id=assignment_id, facts={"how": "returned"}, personal={"reason": wanted.reason}, call_id=act.call_id
    )
    record_event(session, actor, event, now=now)

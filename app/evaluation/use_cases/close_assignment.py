"""Close an assignment for good: its content is shut at once and its report no longer counts; both stay as history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.evaluation.models import Assignment
from app.evaluation.queries.reports import report_for_change
from app.evaluation.rules.lifecycle import ASSIGNMENT, REPORT, AssignmentEvent, ReportEvent


def close_assignment(
    session: Session, assignment: Assignment, event: AssignmentEvent, *, why: str, now: datetime
) -> bool:
    """Part of other use cases, which have locked the assignment and record the event. Whether a report was voided."""
    assignment.state = ASSIGNMENT.after(assignment.state, event)
    assignment.ended_at = now
    report = report_for_change(session, assignment.id)
    voided = report is not None and REPORT.allows(report.state, ReportEvent.VOID)
    if report is not None and voided:
        report.state, report.reason = REPORT.after(report.state, ReportEvent.VOID), why
    session.flush()
    return voided

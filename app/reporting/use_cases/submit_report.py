"""Submit a periodic report: the coordinator, once everything is there and every statement is signed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import blocking
from app.grants.queries.facts import day_of
from app.reporting.events import ReportSubmitted
from app.reporting.queries.reading import report_reading
from app.reporting.rules.lifecycle import REPORT, ReportEvent, ReportState
from app.reporting.use_cases.acting import begin, writing


def submit_report(session: Session, actor: Actor, grant_id: UUID, number: int, *, now: datetime) -> None:
    """Hand the report to the office; ``now`` is the instant of receipt, from which the term of payment runs.

    Raise RulesViolated with every blocking finding at once, TransitionNotAllowed for a report that is with the office.
    """
    act = writing(session, actor, grant_id, number)
    reading = report_reading(session, grant_id, number)
    if refused := blocking(reading.findings(day_of(now))):
        raise RulesViolatedError(refused)
    report = act.report
    begin(report)
    report.state = REPORT.after(ReportState(report.state), ReportEvent.SUBMIT)
    report.agreement_version = reading.agreement.version
    report.times, report.submitted_at, report.submitted_by = report.times + 1, now, actor.person_id
    session.flush()
    claimed = reading.summary.total.claimed
    facts = {
        "times": report.times,
        "claimed": claimed,
        "contribution": reading.summary.claimed_contribution,
        "late": day_of(now) > reading.row.owed_on,
    }
    record_event(session, actor, ReportSubmitted(**act.event(**facts)), now=now)

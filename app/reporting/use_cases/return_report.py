"""Give a submitted report back to the consortium, with the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.reporting.events import ReportReturned
from app.reporting.rules.lifecycle import REPORT, ReportEvent, ReportState
from app.reporting.rules.submission import reason_findings
from app.reporting.schemas import ReturnReport
from app.reporting.use_cases.acting import assessing


def return_report(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: ReturnReport, *, now: datetime
) -> None:
    """The consortium corrects it and submits it again; statements that it leaves as they are stay signed and judged.

    Raise RulesViolated without a reason, and for who has a part in the report, TransitionNotAllowed unless it is
    submitted, StaleVersion where it was submitted again since it was read.
    """
    act = assessing(session, actor, grant_id, number, wanted.times)
    report = act.report
    state = REPORT.after(ReportState(report.state), ReportEvent.RETURN)
    if found := reason_findings(wanted.reason):
        raise RulesViolatedError(found)
    report.state, report.reason, report.returned_at = state, wanted.reason.strip(), now
    report.agreement_version = None
    session.flush()
    record_event(
        session, actor, ReportReturned(**act.event(times=report.times), personal={"reason": report.reason}), now=now
    )

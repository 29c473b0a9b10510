"""Submit an individual report: complete, and from then on closed to its expert."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError
from app.evaluation.events import ReportSubmitted
from app.evaluation.queries.acting import expert_act
from app.evaluation.queries.reports import report, report_for_change
from app.evaluation.rules.lifecycle import REPORT, ReportEvent, ReportState
from app.evaluation.rules.reports import Sheet, is_late, report_findings, sheet_texts
from app.evaluation.schemas import OfVersion


def submit_report(session: Session, actor: Actor, assignment_id: UUID, wanted: OfVersion, *, now: datetime) -> None:
    """Submit the stored draft of the actor's own assignment. ``now`` is the instant of receipt.

    A late report is kept and marked late. One that an officer returned stays as punctual as it first was: the office
    took the time, not the expert. Raise RulesViolated with every finding at once, StaleVersion where another window
    saved since, TransitionNotAllowed for a report that is submitted already.
    """
    require_own_act(actor)
    act, assignment = expert_act(session, actor, assignment_id)
    stored = report_for_change(session, assignment_id)
    row = report(session, assignment_id)
    if stored is None or row is None:
        raise RulesViolatedError(report_findings(act.rules.rules, act.rules.stage, Sheet()))
    state = REPORT.after(ReportState(stored.state), ReportEvent.SUBMIT)
    if wanted.version != stored.version:
        theirs = sheet_texts(act.rules.stage, row.sheet, row.overall_comment)
        raise StaleVersionError(sent=wanted.version, current=stored.version, theirs=theirs)
    if found := report_findings(act.rules.rules, act.rules.stage, row.sheet):
        raise RulesViolatedError(found)
    if stored.submitted_at is None:
        stored.late = is_late(now, assignment.due_at)
    stored.state, stored.submitted_at = state, now
    session.flush()
    facts = {"version": stored.version, "late": stored.late}
    record_event(session, actor, ReportSubmitted(subject_id=assignment_id, facts=facts, call_id=act.call_id), now=now)

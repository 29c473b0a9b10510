"""Save the draft of an individual report: whatever can be stored is, however unfinished."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError
from app.evaluation.events import ReportSaved
from app.evaluation.models import IndividualReport, ReportScore
from app.evaluation.queries.acting import expert_act
from app.evaluation.queries.reports import report, report_for_change
from app.evaluation.rules.lifecycle import REPORT, ReportState
from app.evaluation.rules.reports import editing_findings, sheet_texts, storable_findings
from app.evaluation.schemas import SaveSheet


def save_report(session: Session, actor: Actor, assignment_id: UUID, wanted: SaveSheet, *, now: datetime) -> int:
    """Store the whole sheet of the actor's own assignment; return its new version.

    Raise StaleVersion with what is stored where another window saved since the version that was sent (0 before the
    first save), RulesViolated for scores off the scale, for a report that is no draft and in a phase in which
    reports no longer change.
    """
    require_own_act(actor)
    act, _ = expert_act(session, actor, assignment_id)
    stored = report_for_change(session, assignment_id)
    if stored is not None and (found := editing_findings(ReportState(stored.state))):
        raise RulesViolatedError(found)
    current = stored.version if stored is not None else 0
    if wanted.version != current:
        row = report(session, assignment_id)
        theirs = sheet_texts(act.rules.stage, row.sheet, row.overall_comment) if row else {}
        raise StaleVersionError(sent=wanted.version, current=current, theirs=theirs)
    sheet = wanted.sheet()
    if found := storable_findings(act.rules.stage, sheet):
        raise RulesViolatedError(found)
    if stored is None:
        stored = IndividualReport(assignment_id=assignment_id, state=REPORT.initial, late=False, reason="")
        session.add(stored)
    stored.version, stored.saved_at = current + 1, now
    stored.capacity, stored.capacity_comment = sheet.capacity, sheet.capacity_comment
    stored.overall_comment = wanted.overall_comment
    session.flush()
    for criterion in act.rules.stage.criteria:
        score, comment = sheet.scores.get(criterion.id), sheet.comments.get(criterion.id, "")
        line = ReportScore(assignment_id=assignment_id, criterion=criterion.id, score=score, comment=comment)
        session.merge(line)
    event = ReportSaved(subject_id=assignment_id, facts={"version": stored.version}, call_id=act.call_id)
    record_event(session, actor, event, now=now)
    return stored.version

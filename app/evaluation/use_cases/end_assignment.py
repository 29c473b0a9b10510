"""End an assignment: the office takes an application from an expert, with its reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.evaluation.events import AssignmentDecided
from app.evaluation.queries.assignments import held_assignment
from app.evaluation.queries.rounds import judged_row, require_taking_part, round_row, round_rules
from app.evaluation.queries.sights import require_conducting
from app.evaluation.rules.lifecycle import AssignmentEvent, JudgementState
from app.evaluation.rules.staffing import judgement_findings
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.close_assignment import close_assignment


def end_assignment(session: Session, actor: Actor, assignment_id: UUID, wanted: WithReason, *, now: datetime) -> None:
    """Close the content for the expert; a report of theirs no longer counts.

    Raise RulesViolated once the group has concluded, TransitionNotAllowed where the assignment is over already.
    """
    held = held_assignment(session, assignment_id)
    rules = round_rules(session, round_row(session, held.round.id))
    require_conducting(session, actor, held.judged.application_id, rules)
    require_taking_part(session, held.judged.application_id)
    if held.judged.state == JudgementState.CONCLUDED:
        reference = judged_row(session, held.judged.application_id).reference
        raise RulesViolatedError(judgement_findings(rules.evaluation, JudgementState.CONCLUDED, reference, active=0))
    voided = close_assignment(session, held.assignment, AssignmentEvent.END, why=wanted.reason, now=now)
    held.assignment.reason = wanted.reason
    session.flush()
    facts = {"decision": "ended", "application": held.judged.application_id, "report_voided": voided}
    event = AssignmentDecided(
        subject_id=assignment_id, facts=facts, personal={"reason": wanted.reason}, call_id=rules.row.call_id
    )
    record_event(session, actor, event, now=now)

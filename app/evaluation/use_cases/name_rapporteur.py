"""Name the rapporteur of an application among its experts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.evaluation.events import AssignmentDecided
from app.evaluation.queries.assignments import ACTIVE, assignments_for_change, held_assignment
from app.evaluation.queries.rounds import judged_row, require_taking_part, round_row, round_rules
from app.evaluation.queries.sights import require_conducting
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, RoundState
from app.evaluation.rules.staffing import judgement_findings, phase_findings


def name_rapporteur(session: Session, actor: Actor, assignment_id: UUID, *, now: datetime) -> None:
    """Let this expert draft the consensus report, instead of whoever did; a draft that exists passes to them.

    Raise RulesViolated once the group has concluded, TransitionNotAllowed for an expert who does not work on it.
    """
    held = held_assignment(session, assignment_id)
    rules = round_rules(session, round_row(session, held.round.id))
    require_conducting(session, actor, held.judged.application_id, rules)
    application_id = held.judged.application_id
    require_taking_part(session, application_id)
    found = list(phase_findings(RoundState(held.round.state)))
    if held.judged.state == JudgementState.CONCLUDED:
        reference = judged_row(session, application_id).reference
        found += judgement_findings(rules.evaluation, JudgementState.CONCLUDED, reference, active=0)
    if found:
        raise RulesViolatedError(found)
    chosen = held.assignment
    if chosen.state not in {AssignmentState.ASSIGNED, AssignmentState.OPEN}:
        raise TransitionNotAllowedError("assignment", chosen.state, "made that of the rapporteur")
    before = [one for one in assignments_for_change(session, application_id) if one.rapporteur and one.state in ACTIVE]
    for one in before:
        one.rapporteur = False
    session.flush()  # the index allows one at a time
    chosen.rapporteur = True
    session.flush()
    facts = {"decision": "rapporteur", "application": application_id, "before": [one.id for one in before]}
    event = AssignmentDecided(subject_id=assignment_id, facts=facts, call_id=rules.row.call_id)
    record_event(session, actor, event, now=now)

"""Assign an expert to an application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import names_of
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation, blocking
from app.evaluation.events import ExpertAssigned, JudgementMoved
from app.evaluation.models import Assignment, JudgedApplication
from app.evaluation.queries.assignments import ACTIVE, assignments_for_change
from app.evaluation.queries.experts import call_expert_for_change, expert_facts, proposal_facts
from app.evaluation.queries.reports import consensus_for_change
from app.evaluation.queries.rounds import (
    RoundRules,
    judged_for_change,
    judged_row,
    require_taking_part,
    round_for_change,
    round_row,
    round_rules,
)
from app.evaluation.queries.sights import require_conducting
from app.evaluation.rules.assignments import assignment_findings
from app.evaluation.rules.lifecycle import (
    ASSIGNMENT,
    CONSENSUS,
    JUDGEMENT,
    ConsensusEvent,
    ConsensusState,
    JudgementEvent,
    JudgementState,
    RoundState,
)
from app.evaluation.rules.staffing import due_of, judgement_findings, phase_findings, rapporteur_findings
from app.evaluation.schemas import AssignExpert, JudgedRow
from app.infra.ids import new_id


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the decision looks at, as it is under the locks."""

    rules: RoundRules
    round_state: RoundState
    judgement: JudgementState
    head: JudgedRow
    others: Sequence[Assignment]


def assign_expert(session: Session, actor: Actor, application_id: UUID, wanted: AssignExpert, *, now: datetime) -> UUID:
    """Give the application to an expert, who then declares conflicts; return the id of the assignment.

    An extra expert on an application that is in consensus opens its individual phase again. Raise RulesViolated with
    everything that rules the expert out, or where the application takes no further expert.
    """
    head = judged_row(session, application_id)
    rules = round_rules(session, round_row(session, head.round_id))
    require_conducting(session, actor, application_id, rules)
    round_held = round_for_change(session, head.round_id, share=True)
    judged = judged_for_change(session, application_id)
    require_taking_part(session, application_id)
    call_expert_for_change(session, rules.row.call_id, wanted.person_id)
    others = assignments_for_change(session, application_id)
    scene = _Scene(rules, RoundState(round_held.state), JudgementState(judged.state), head, others)
    found = tuple(_against(session, scene, wanted))
    if blocking(found):
        raise RulesViolatedError(blocking(found))
    if judged.state == JudgementState.CONSENSUS:
        _reopen(session, actor, rules, judged, now)
    made = Assignment(
        id=new_id(),
        round_id=head.round_id,
        application_id=application_id,
        person_id=wanted.person_id,
        rapporteur=wanted.rapporteur,
        state=ASSIGNMENT.initial,
        due_at=due_of(round_held.reports_due_at, now),
        assigned_at=now,
        assigned_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    facts = {
        "application": application_id,
        "person": wanted.person_id,
        "rapporteur": wanted.rapporteur,
        "due_at": made.due_at,
    }
    event = ExpertAssigned(subject_id=made.id, facts=facts, call_id=rules.row.call_id)
    record_event(session, actor, event, now=now)
    return made.id


def _against(session: Session, scene: _Scene, wanted: AssignExpert) -> Iterator[Violation]:
    """What stands in the way, all at once."""
    rules, head = scene.rules, scene.head
    expert = expert_facts(session, rules.row.call_id, [wanted.person_id]).get(wanted.person_id)
    if expert is None:
        raise NotFoundError("person")
    active = [one for one in scene.others if one.state in ACTIVE]
    yield from phase_findings(scene.round_state)
    yield from judgement_findings(rules.evaluation, scene.judgement, head.reference, active=len(active))
    proposal = proposal_facts(session, [head.application_id])[head.application_id]
    already = any(one.person_id == wanted.person_id for one in scene.others)
    yield from assignment_findings(expert, proposal, already=already)
    holder = next((one.person_id for one in active if one.rapporteur), None)
    name = names_of(session, [holder])[holder] if holder else ""
    yield from rapporteur_findings(name, wanted=wanted.rapporteur)


def _reopen(session: Session, actor: Actor, rules: RoundRules, judged: JudgedApplication, now: datetime) -> None:
    """Back to individual reports: what was proposed to the group was not seen by the extra expert."""
    judged.state = JUDGEMENT.after(judged.state, JudgementEvent.REOPEN_REPORTS)
    judged.changed_at = now
    report = consensus_for_change(session, judged.application_id)
    if report is not None and report.state == ConsensusState.PROPOSED:
        report.state = CONSENSUS.after(report.state, ConsensusEvent.REVISE)
        report.version += 1
    session.flush()
    facts = {"state": judged.state, "why": "extra_expert"}
    event = JudgementMoved(subject_id=judged.application_id, facts=facts, call_id=rules.row.call_id)
    record_event(session, actor, event, now=now)

"""What an act on the evaluation of an application needs: rows locked in their order, and what the actor is to it.

Round (shared: its phase stays as it is), application, assignment; the caller locks a report after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.evaluation_kinds import Evaluation
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.violations import Violation
from app.evaluation.models import Assignment, JudgedApplication
from app.evaluation.policies import require_running, runs_evaluation
from app.evaluation.queries.assignments import assignment_for_change, assignment_row, assignments_of_application
from app.evaluation.queries.rounds import RoundRules, judged_for_change, judged_row, round_for_change, round_row
from app.evaluation.queries.rounds import round_rules as rules_of_round
from app.evaluation.queries.sights import sights_for, standpoint_of
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.consensus import opening_findings
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState
from app.evaluation.rules.standing import act_findings, assignment_findings_of
from app.evaluation.schemas import AssignmentRow
from app.infra.db.statements import ONE

_STATE = sa.select(Application.state).where(Application.id == ONE)
_CLOSED_BY_CONFLICT = frozenset({AssignmentState.CONFLICT, AssignmentState.TO_DECIDE})


@dataclass(frozen=True, slots=True)
class Act:
    """An application under evaluation, locked, with the rules of its round; ``moderates`` as officer or by a seat."""

    rules: RoundRules
    judged: JudgedApplication
    moderates: bool = False

    @property
    def application_id(self) -> UUID:
        """The application."""
        return self.judged.application_id

    @property
    def call_id(self) -> UUID:
        """The call whose evaluation it is."""
        return self.rules.row.call_id


def takes_part(session: Session, application_id: UUID) -> bool:
    """Whether the application is still in the call: its coordinator did not withdraw it."""
    state = session.execute(_STATE, {"one": application_id}).scalar_one()
    return bool(state == ApplicationState.SUBMITTED)


def own_assignment(session: Session, actor: Actor, assignment_id: UUID) -> AssignmentRow:
    """The actor's own assignment; raise NotFound for another's, and for one that a conflict of interest closes."""
    if actor.person_id is None:
        raise SignInRequiredError
    row = assignment_row(session, assignment_id)
    if row.person_id != actor.person_id or row.state in _CLOSED_BY_CONFLICT:
        raise NotFoundError("assignment")
    return row


def expert_act(session: Session, actor: Actor, assignment_id: UUID) -> tuple[Act, Assignment]:
    """An act of an expert on the own individual report: everything locked, in a phase in which reports change.

    Raise NotFound for another's assignment, RulesViolated with every reason why reports do not change now.
    """
    row = own_assignment(session, actor, assignment_id)
    act = _locked(session, row.round_id, row.application_id)
    assignment = assignment_for_change(session, assignment_id)
    against = against_act(session, act, JudgementState.INDIVIDUAL)
    if found := (*against, *assignment_findings_of(AssignmentState(assignment.state))):
        raise RulesViolatedError(found)
    return act, assignment


def office_act(
    session: Session, actor: Actor, application_id: UUID, needs: JudgementState, *, seat: bool = False
) -> Act:
    """An act of who conducts the evaluation, with ``seat`` also of the committee's moderator, in a state that it needs.

    Raise NotFound for strangers and for who has a conflict of interest, NotPermitted for who only follows the call.
    """
    round_id = judged_row(session, application_id).round_id
    act = _locked(session, round_id, application_id, actor)
    if not (seat and act.moderates):
        require_running(actor, act.call_id, act.rules.programme_id)
    if found := against_act(session, act, needs):
        raise RulesViolatedError(found)
    return act


def room_act(session: Session, actor: Actor, application_id: UUID) -> tuple[Act, AssignmentRow | None]:
    """An act of the group or its moderator in the consensus on an application; with the own place in the group, if any.

    Raise NotFound for whoever may not see the consensus report, RulesViolated where no consensus is under way.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    judged = judged_row(session, application_id)
    act = _locked(session, judged.round_id, application_id, actor)
    own = next((one for one in group_of(session, application_id) if one.person_id == actor.person_id), None)
    known = act.judged.state == JudgementState.WITHDRAWN and (own is not None or act.moderates)
    if not known and "consensus_report" not in sights_for(
        session, actor, judged_row(session, application_id), act.rules
    ):
        raise NotFoundError("application")
    if own is None and not act.moderates:
        raise NotPermittedError("Only the experts of this application and the moderator take part here.")
    if found := against_act(session, act, JudgementState.CONSENSUS):
        raise RulesViolatedError(found)
    return act, own


def in_room(session: Session, actor: Actor, application_id: UUID) -> bool:
    """Whether the consensus on the application is open to the actor: of its group or moderating, as the phase allows."""
    judged = judged_row(session, application_id)
    rules = rules_of_round(session, round_row(session, judged.round_id))
    standpoint = standpoint_of(session, actor, application_id, rules.row, rules.programme_id)
    takes = standpoint.assignment is AssignmentState.OPEN or standpoint.office or Seat.MODERATOR in standpoint.seats
    return takes and "consensus_report" in sights_for(session, actor, judged, rules)


def group_of(session: Session, application_id: UUID) -> tuple[AssignmentRow, ...]:
    """The experts whose reports count: their assignment is open and their report submitted. In order of assignment."""
    return tuple(
        one
        for one in assignments_of_application(session, application_id)
        if one.state is AssignmentState.OPEN and one.report is ReportState.SUBMITTED
    )


def readiness(evaluation: Evaluation, assignments: Sequence[AssignmentRow]) -> tuple[Violation, ...]:
    """Why the consensus on an application with these assignments cannot begin."""
    working = [one for one in assignments if one.state.is_active]
    done = [one for one in working if one.state is AssignmentState.OPEN and one.report is ReportState.SUBMITTED]
    return opening_findings(
        evaluation,
        submitted=len(done),
        unfinished=len(working) - len(done),
        rapporteur=any(one.rapporteur for one in done),
    )


def require_rapporteur(own: AssignmentRow | None) -> AssignmentRow:
    """The place of the rapporteur; raise NotPermitted for anybody else."""
    if own is None or not own.rapporteur:
        raise NotPermittedError("Only the rapporteur writes the consensus report.")
    return own


def moderates(session: Session, actor: Actor, application_id: UUID, rules: RoundRules) -> bool:
    """Whether the actor conducts the evaluation or has the moderator's seat, without a conflict of interest."""
    standpoint = standpoint_of(session, actor, application_id, rules.row, rules.programme_id)
    if standpoint.conflicted:
        return False
    return runs_evaluation(actor, rules.row.call_id, rules.programme_id) or Seat.MODERATOR in standpoint.seats


def against_act(session: Session, act: Act, needs: JudgementState) -> tuple[Violation, ...]:
    """Why nobody can act on it now."""
    return act_findings(
        act.rules.row.state,
        JudgementState(act.judged.state),
        needs=needs,
        takes_part=takes_part(session, act.application_id),
    )


def _locked(session: Session, round_id: UUID, application_id: UUID, actor: Actor | None = None) -> Act:
    round_for_change(session, round_id, share=True)
    rules = rules_of_round(session, round_row(session, round_id))
    judged = judged_for_change(session, application_id)
    if actor is None:
        return Act(rules, judged)
    standpoint = standpoint_of(session, actor, application_id, rules.row, rules.programme_id)
    if standpoint.conflicted:
        raise NotFoundError("application")
    return Act(rules, judged, moderates(session, actor, application_id, rules))

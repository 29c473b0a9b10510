"""Guards of the evaluation: experts at their own assignments, groups in their room, the office at its calls."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.office_calls import call_of_application
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.delivery.guards import Guard, follows_application, manages_call, signed_in
from app.evaluation.queries.acting import in_room, own_assignment
from app.evaluation.queries.assignments import application_of_assignment, assignment_of_person
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.lifecycle import AssignmentState


def expert_of_assignment(assignment_id: UUID) -> Guard:
    """The expert of the assignment; for everybody else, and where a conflict of interest closes it, there is none."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        own_assignment(session, actor, assignment_id)

    return guard


def in_consensus(application_id: UUID) -> Guard:
    """The experts of an application and its moderator, while the call lets them see the consensus report."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not in_room(session, actor, application_id):
            raise NotFoundError("application")

    return guard


def follows_evaluation(application_id: UUID) -> Guard:
    """The office of a call whose evaluation has the application; not who has a conflict of interest with it."""

    def guard(session: Session, actor: Actor) -> None:
        follows_application(application_id)(session, actor)
        judged_row(session, application_id)
        own = assignment_of_person(session, application_id, actor.person_id) if actor.person_id else None
        if own is not None and own.state in {AssignmentState.CONFLICT, AssignmentState.TO_DECIDE}:
            raise NotFoundError("application")

    return guard


def runs_evaluation_of(application_id: UUID) -> Guard:
    """Who conducts the evaluation that has the application; the rest of the office may only look."""

    def guard(session: Session, actor: Actor) -> None:
        follows_evaluation(application_id)(session, actor)
        manages_call(_call_of(session, application_id))(session, actor)

    return guard


def runs_evaluation_of_report(assignment_id: UUID) -> Guard:
    """Who conducts the evaluation in which the report is written."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        runs_evaluation_of(application_of_assignment(session, assignment_id))(session, actor)

    return guard


def _call_of(session: Session, application_id: UUID) -> UUID:
    found = call_of_application(session, application_id)
    if found is None:
        raise NotFoundError("application")
    return found

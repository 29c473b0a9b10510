"""Guards of the evaluation: its experts, who conducts it, its committee. Strangers are not told that it exists."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.office_calls import call_of_application, call_scope
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.delivery.guards import Guard, follows_application, signed_in
from app.evaluation.policies import is_expert_of, require_running
from app.evaluation.queries.acting import in_room
from app.evaluation.queries.assignments import application_of_assignment, assignment_of_person, assignment_row
from app.evaluation.queries.committee import panel_access
from app.evaluation.queries.overview import shows_anything
from app.evaluation.queries.rankings import known_round
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.lifecycle import AssignmentState


def expert_of_assignment(assignment_id: UUID) -> Guard:
    """The expert of an assignment, as long as it is theirs; after a conflict, a refusal or an end it is gone."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        row = assignment_row(session, assignment_id)
        if row.person_id != actor.person_id or not row.state.is_active:
            raise NotFoundError("assignment")

    return guard


def expert_of_call(call: UUID | str) -> Guard:
    """Who was taken on as an expert for the call (by id or identifier), registered or not."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = call_scope(session, call)
        if scope is None or not is_expert_of(actor, scope[0]):
            raise NotFoundError("call")

    return guard


def runs_evaluation(call: UUID | str) -> Guard:
    """Who conducts the evaluation of the call, named by id or identifier; the rest of its office may only look."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = call_scope(session, call)
        if scope is None:
            raise NotFoundError("call")
        require_running(actor, *scope)

    return guard


def runs_evaluation_of(application_id: UUID) -> Guard:
    """Who conducts the evaluation that an application is part of."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        call_id = call_of_application(session, application_id)
        if call_id is None:
            raise NotFoundError("application")
        runs_evaluation(call_id)(session, actor)

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


def sees_evaluation(application_id: UUID) -> Guard:
    """The office of the call; an expert of the application and the committee, where the call shows them any of it."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not shows_anything(session, actor, application_id):
            follows_evaluation(application_id)(session, actor)

    return guard


def runs_evaluation_of_assignment(assignment_id: UUID) -> Guard:
    """Who conducts the evaluation that an assignment is part of."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        runs_evaluation_of(application_of_assignment(session, assignment_id))(session, actor)

    return guard


def committee_of(call_id: UUID) -> Guard:
    """The committee of the call's evaluation, and the office that follows the call; nobody else is told of it."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        panel_access(session, actor, known_round(session, call_id))

    return guard

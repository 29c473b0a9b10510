"""Assignments: who judges which application, what they declare, what the office decides."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.evaluation_work_shapes import (
    CandidateItem,
    DeclarationItem,
    OwnAssignmentItem,
    candidate_item,
    declaration_item,
    own_items,
)
from app.api.requests import Request_
from app.core.actor import Role
from app.core.errors import NotFoundError, SignInRequiredError
from app.delivery.evaluation_guards import expert_of_assignment, runs_evaluation_of, runs_evaluation_of_assignment
from app.delivery.guards import has_role
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.assignments import own_assignments
from app.evaluation.queries.board import board, candidates_for
from app.evaluation.queries.declaration import declaration
from app.evaluation.queries.rounds import judged_row, round_row, round_rules
from app.evaluation.schemas import AssignExpert, DecideConflict, DeclareConflict, WithReason
from app.evaluation.use_cases.assign_expert import assign_expert
from app.evaluation.use_cases.decide_conflict import decide_conflict
from app.evaluation.use_cases.declare_conflict import declare_conflict, report_later_conflict
from app.evaluation.use_cases.decline_assignment import decline_assignment
from app.evaluation.use_cases.end_assignment import end_assignment
from app.evaluation.use_cases.name_rapporteur import name_rapporteur

router = APIRouter(prefix="/evaluation", tags=["evaluation"])
evaluator = has_role(Role.EVALUATOR)


@router.get("/applications/{application_id}/candidates")
def candidates(incoming: Request_, application_id: UUID) -> list[CandidateItem]:
    """Registered experts of the call with what speaks against each, the free ones first."""

    def answer(work: Work) -> list[CandidateItem]:
        judged = judged_row(work.session, application_id)
        rules = round_rules(work.session, round_row(work.session, judged.round_id))
        rows = board(work.session, work.actor, rules, now=work.now, application_ids=[application_id])
        if not rows or not rows[0].names:
            raise NotFoundError("application")
        return [candidate_item(one) for one in candidates_for(work.session, rules, rows[0])]

    return run(incoming, READ, runs_evaluation_of(application_id), answer)


@router.post("/applications/{application_id}/assignments", status_code=201, response_model=Made)
def assign(incoming: Request_, application_id: UUID, command: AssignExpert) -> Response:
    """Give the application to an expert. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = assign_expert(work.session, work.actor, application_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    guard = runs_evaluation_of(application_id)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.post("/assignments/{assignment_id}/end", status_code=204)
def end(incoming: Request_, assignment_id: UUID, command: WithReason) -> None:
    """Take the application from the expert; a report of theirs no longer counts."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of_assignment(assignment_id),
        lambda work: end_assignment(work.session, work.actor, assignment_id, command, now=work.now),
    )


@router.post("/assignments/{assignment_id}/decision", status_code=204)
def decide(incoming: Request_, assignment_id: UUID, command: DecideConflict) -> None:
    """Decide about a possible conflict of interest."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of_assignment(assignment_id),
        lambda work: decide_conflict(work.session, work.actor, assignment_id, command, now=work.now),
    )


@router.put("/assignments/{assignment_id}/rapporteur", status_code=204)
def make_rapporteur(incoming: Request_, assignment_id: UUID) -> None:
    """Make this expert the rapporteur of the application."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of_assignment(assignment_id),
        lambda work: name_rapporteur(work.session, work.actor, assignment_id, now=work.now),
    )


@router.get("/assignments")
def mine(incoming: Request_) -> list[OwnAssignmentItem]:
    """Your assignments, what is due first."""

    def answer(work: Work) -> list[OwnAssignmentItem]:
        if work.actor.person_id is None:
            raise SignInRequiredError
        return own_items(own_assignments(work.session, work.actor.person_id))

    return run(incoming, READ, evaluator, answer)


@router.get("/assignments/{assignment_id}/declaration")
def who_applies(incoming: Request_, assignment_id: UUID) -> DeclarationItem:
    """Who applies: all that is shown before you declare."""
    return run(
        incoming,
        READ,
        expert_of_assignment(assignment_id),
        lambda work: declaration_item(declaration(work.session, assignment_id)),
    )


@router.post("/assignments/{assignment_id}/declaration", status_code=204)
def declare(incoming: Request_, assignment_id: UUID, command: DeclareConflict) -> None:
    """Declare no conflict of interest, a possible one or one."""
    run(
        incoming,
        WRITE,
        expert_of_assignment(assignment_id),
        lambda work: declare_conflict(work.session, work.actor, assignment_id, command, now=work.now),
    )


@router.post("/assignments/{assignment_id}/refusal", status_code=204)
def decline(incoming: Request_, assignment_id: UUID, command: WithReason) -> None:
    """Give the application back for a reason that is no conflict."""
    run(
        incoming,
        WRITE,
        expert_of_assignment(assignment_id),
        lambda work: decline_assignment(work.session, work.actor, assignment_id, command, now=work.now),
    )


@router.post("/assignments/{assignment_id}/later-conflict", status_code=204)
def later(incoming: Request_, assignment_id: UUID, command: WithReason) -> None:
    """Report a conflict that turned up while the content was open; it closes at once."""
    run(
        incoming,
        WRITE,
        expert_of_assignment(assignment_id),
        lambda work: report_later_conflict(work.session, work.actor, assignment_id, command, now=work.now),
    )

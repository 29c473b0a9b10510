"""Experts of a call: invite, register, leave; and the evaluation that they work for."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from app.accounts.queries import invitations_of_scope
from app.api.evaluation_work_shapes import (
    BoardItem,
    ExpertInvitationItem,
    ExpertItem,
    ExpertsOfCall,
    MadeInvitations,
    Registration,
    RoundFiguresItem,
    RoundItem,
    UnregisteredItem,
    board_item,
)
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Identifier, Request_
from app.applications.queries.office_calls import call_scope
from app.core.actor import Role, ScopeKind
from app.core.errors import NotFoundError, SignInRequiredError
from app.core.paging import Page
from app.delivery.evaluation_guards import expert_of_call, runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.board import board
from app.evaluation.queries.experts import experts_of_call, profile, unregistered_experts
from app.evaluation.queries.rankings import known_round
from app.evaluation.queries.rounds import RoundRules
from app.evaluation.rules.staffing import figures_of
from app.evaluation.schemas import ExpertDetails, InviteExperts, StartEvaluation
from app.evaluation.use_cases.invite_experts import invite_experts, withdraw_expert_invitation
from app.evaluation.use_cases.leave_call import leave_call
from app.evaluation.use_cases.register_expert import register_expert
from app.evaluation.use_cases.remind_late_experts import remind_late_experts
from app.evaluation.use_cases.start_evaluation import start_evaluation

router = APIRouter(prefix="/calls/{identifier}", tags=["evaluation"])


@router.get("/experts")
def experts(incoming: Request_, identifier: Identifier) -> ExpertsOfCall:
    """Registered experts, those who accepted and have not registered, and open invitations."""

    def answer(work: Work) -> ExpertsOfCall:
        call_id = _call(work, identifier)
        offers = invitations_of_scope(work.session, ScopeKind.CALL, call_id, now=work.now)
        return ExpertsOfCall(
            registered=[ExpertItem.model_validate(row) for row in experts_of_call(work.session, call_id)],
            unregistered=[UnregisteredItem.model_validate(row) for row in unregistered_experts(work.session, call_id)],
            invitations=[ExpertInvitationItem.model_validate(row) for row in offers if row.role is Role.EVALUATOR],
        )

    return run(incoming, READ, follows_call(identifier), answer)


@router.post("/expert-invitations", status_code=201, response_model=MadeInvitations)
def invite(incoming: Request_, identifier: Identifier, command: InviteExperts) -> Response:
    """Invite people to be experts of the call; all or none. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = invite_experts(work.session, work.actor, _call(work, identifier), command, now=work.now)
        return JSONResponse({"ids": [str(one) for one in made]}, 201)

    guard = runs_evaluation(identifier)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.delete("/expert-invitations/{invitation_id}", status_code=204)
def withdraw(incoming: Request_, identifier: Identifier, invitation_id: UUID) -> None:
    """Take an open invitation back."""
    run(
        incoming,
        WRITE,
        runs_evaluation(identifier),
        lambda work: withdraw_expert_invitation(
            work.session, work.actor, _call(work, identifier), invitation_id, now=work.now
        ),
    )


class Registered(BaseModel):
    """The version that is stored now."""

    version: int


@router.get("/experts/me")
def registration(incoming: Request_, identifier: Identifier) -> Registration:
    """What you registered; the version is 0 before the first time."""

    def answer(work: Work) -> Registration:
        if work.actor.person_id is None:
            raise SignInRequiredError
        known = profile(work.session, work.actor.person_id)
        found = experts_of_call(work.session, _call(work, identifier), [work.actor.person_id])
        if known is None:
            return Registration(registered=False)
        return Registration(
            registered=bool(found),
            expertise=known.expertise,
            languages=list(known.languages),
            employer=known.employer,
            country=known.country,
            max_load=found[0].max_load if found else None,
            version=known.version,
        )

    return run(incoming, READ, expert_of_call(identifier), answer)


@router.put("/experts/me")
def register(incoming: Request_, identifier: Identifier, command: ExpertDetails) -> Registered:
    """Register as an expert of the call, or change what you said. 409 where it was changed since you read it."""

    def write(work: Work) -> Registered:
        call_id = _call(work, identifier)
        return Registered(version=register_expert(work.session, work.actor, call_id, command, now=work.now))

    return run(incoming, WRITE, expert_of_call(identifier), write)


@router.delete("/experts/me", status_code=204)
def leave(incoming: Request_, identifier: Identifier) -> None:
    """No longer be available for the call; possible when no application waits for you."""
    run(
        incoming,
        WRITE,
        expert_of_call(identifier),
        lambda work: leave_call(work.session, work.actor, _call(work, identifier), now=work.now),
    )


@router.post("/evaluation", status_code=201, response_model=RoundItem)
def start(incoming: Request_, identifier: Identifier, command: StartEvaluation) -> Response:
    """Start the evaluation with every admitted application. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        start_evaluation(work.session, work.actor, _call(work, identifier), command, now=work.now)
        return JSONResponse(_round_item(work, _round(work, identifier)).model_dump(mode="json"), 201)

    guard = runs_evaluation(identifier)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.get("/evaluation")
def overview(incoming: Request_, identifier: Identifier) -> RoundItem:
    """How far the evaluation is. No scores."""
    return run(incoming, READ, follows_call(identifier), lambda work: _round_item(work, _round(work, identifier)))


@router.get("/assignments")
def assignments(incoming: Request_, identifier: Identifier, paging: Paging) -> ItemsPage[BoardItem]:
    """Every application of the evaluation with its experts; names as far as the phase shows them."""

    def answer(work: Work) -> ItemsPage[BoardItem]:
        rows = board(work.session, work.actor, _round(work, identifier), now=work.now)
        some = rows[paging.offset : paging.offset + paging.size]
        return items_page(Page(some, len(rows), paging.number, paging.size), board_item)

    return run(incoming, READ, follows_call(identifier), answer)


@router.post("/evaluation/reminders", status_code=204)
def remind(incoming: Request_, identifier: Identifier) -> None:
    """Write to every expert with a late report, at most once a day each."""

    def write(work: Work) -> None:
        remind_late_experts(work.session, work.actor, _call(work, identifier), now=work.now)

    run(incoming, WRITE, runs_evaluation(identifier), write)


def _call(work: Work, identifier: str) -> UUID:
    scope = call_scope(work.session, identifier)
    if scope is None:
        raise NotFoundError("call")
    return scope[0]


def _round(work: Work, identifier: str) -> RoundRules:
    return known_round(work.session, _call(work, identifier))


def _round_item(work: Work, rules: RoundRules) -> RoundItem:
    figures = figures_of(row.staffing for row in board(work.session, work.actor, rules, now=work.now))
    return RoundItem(
        id=rules.row.id,
        stage=rules.row.stage,
        state=rules.row.state,
        started_at=rules.row.started_at,
        reports_due_at=rules.row.reports_due_at,
        experts=rules.evaluation.experts,
        figures=RoundFiguresItem.model_validate(figures),
    )

"""The consensus on an application: the report of a group, its views and its discussion, and how it opens and closes."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.evaluation_shapes import (
    ConsensusItem,
    EvaluationItem,
    MessageItem,
    Opened,
    consensus_item,
    evaluation_item,
    message_items,
)
from app.api.requests import Name, Request_
from app.calls.queries import call_by_identifier
from app.core.errors import NotFoundError
from app.delivery.evaluation_guards import in_consensus, runs_evaluation_of, sees_evaluation
from app.delivery.guards import manages_call
from app.delivery.idempotency import once
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.overview import overview
from app.evaluation.queries.room import room
from app.evaluation.schemas import ConcludeConsensus, GiveView, OfVersion, SaveSheet, WithReason, WriteMessage
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.open_consensus import open_consensus, open_ready_consensus
from app.evaluation.use_cases.propose_consensus import propose_consensus, revise_consensus
from app.evaluation.use_cases.reopen_consensus import reopen_consensus, reopen_reports
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.write_message import write_message

router = APIRouter(tags=["evaluation"])
_ROOM = "/applications/{application_id}/consensus"


@router.get(_ROOM)
def read(incoming: Request_, application_id: UUID) -> ConsensusItem:
    """Everybody's scores and comments, the report of the group and the views on it, as far as you may see them."""
    guard = in_consensus(application_id)
    return run(incoming, READ, guard, lambda work: consensus_item(room(work.session, work.actor, application_id)))


@router.put(_ROOM)
def put(incoming: Request_, application_id: UUID, command: SaveSheet) -> ConsensusItem:
    """Save the draft of the group's report, as its rapporteur. 409 tells what was stored since."""
    return _act(
        incoming,
        application_id,
        lambda work: save_consensus(work.session, work.actor, application_id, command, now=work.now),
    )


@router.post(f"{_ROOM}/proposal")
def propose(incoming: Request_, application_id: UUID, command: OfVersion) -> ConsensusItem:
    """Put the complete report before the group, as its rapporteur."""
    return _act(
        incoming,
        application_id,
        lambda work: propose_consensus(work.session, work.actor, application_id, command, now=work.now),
    )


@router.post(f"{_ROOM}/revision")
def revise(incoming: Request_, application_id: UUID) -> ConsensusItem:
    """Take the proposed report back as the draft of a new version, as its rapporteur."""
    return _act(
        incoming,
        application_id,
        lambda work: revise_consensus(work.session, work.actor, application_id, now=work.now),
    )


@router.post(f"{_ROOM}/views")
def view(incoming: Request_, application_id: UUID, command: GiveView) -> ConsensusItem:
    """Agree with the proposed version, or dissent with reasons."""
    return _act(
        incoming,
        application_id,
        lambda work: give_view(work.session, work.actor, application_id, command, now=work.now),
    )


@router.post(f"{_ROOM}/conclusion")
def conclude(incoming: Request_, application_id: UUID, command: ConcludeConsensus) -> ConsensusItem:
    """Close the report with what the views come to; the moderator may leave the scores to the panel."""
    return _act(
        incoming,
        application_id,
        lambda work: conclude_consensus(work.session, work.actor, application_id, command, now=work.now),
    )


@router.get(f"{_ROOM}/messages")
def messages(incoming: Request_, application_id: UUID) -> list[MessageItem]:
    """The discussion of the group, oldest line first."""
    guard = in_consensus(application_id)
    return run(incoming, READ, guard, lambda work: message_items(room(work.session, work.actor, application_id)))


@router.post(f"{_ROOM}/messages", status_code=201, response_model=Made)
def say(incoming: Request_, application_id: UUID, command: WriteMessage) -> Response:
    """Write to the group. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = write_message(work.session, work.actor, application_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, in_consensus(application_id), lambda work: once(work, body, create))


@router.get("/applications/{application_id}/evaluation")
def evaluation(incoming: Request_, application_id: UUID) -> EvaluationItem:
    """Experts, reports and consensus of an application, as the phase shows them to you. Office, experts, committee."""
    guard = sees_evaluation(application_id)
    return run(incoming, READ, guard, lambda work: evaluation_item(overview(work.session, work.actor, application_id)))


@router.post(f"{_ROOM}/opening", status_code=204)
def begin(incoming: Request_, application_id: UUID) -> None:
    """Open the consensus on the application: all its reports are in. Who conducts the evaluation."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of(application_id),
        lambda work: open_consensus(work.session, work.actor, application_id, now=work.now),
    )


@router.post(f"{_ROOM}/reopening", status_code=204)
def reopen(incoming: Request_, application_id: UUID, command: WithReason) -> None:
    """Make the concluded report a draft again. Who conducts the evaluation."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of(application_id),
        lambda work: reopen_consensus(work.session, work.actor, application_id, command, now=work.now),
    )


@router.post(f"{_ROOM}/reports-reopening", status_code=204)
def go_back(incoming: Request_, application_id: UUID, command: WithReason) -> None:
    """Go back to individual reports, so that a further expert is heard. Who conducts the evaluation."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of(application_id),
        lambda work: reopen_reports(work.session, work.actor, application_id, command, now=work.now),
    )


@router.post("/calls/{identifier}/evaluation/consensus-opening")
def begin_all(incoming: Request_, identifier: Name) -> Opened:
    """Open the consensus on every application of the call that has all its reports. Who conducts the evaluation."""

    def write(work: Work) -> Opened:
        call = call_by_identifier(work.session, identifier)
        if call is None:
            raise NotFoundError("call")
        return Opened(opened=open_ready_consensus(work.session, work.actor, call.id, now=work.now))

    return run(incoming, WRITE, manages_call(identifier), write)


def _act(incoming: Incoming, application_id: UUID, act: Callable[[Work], object]) -> ConsensusItem:
    def write(work: Work) -> ConsensusItem:
        act(work)
        return consensus_item(room(work.session, work.actor, application_id))

    return run(incoming, WRITE, in_consensus(application_id), write)

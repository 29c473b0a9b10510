"""The ranking for the office: its rows, the proposal, the adoption."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.evaluation_guards import runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.web.forms import attempt
from app.web.officer.panel import panel_page
from app.web.pages import redirect
from app.web.ranking_view.page import known_round, ranking_answer
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/ranking")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """The ranking as it stands, or as it was adopted. The call's office."""
    return run(incoming, READ, follows_call(call_id), lambda work: ranking_answer(incoming, work, call_id))


@router.post("/propose")
def propose(incoming: Request_, call_id: UUID) -> Response:
    """Freeze the ranking for the committee to vote on. Who conducts the evaluation."""

    def write(work: Work) -> Response:
        propose_ranking(work.session, work.actor, known_round(work.session, call_id).row.id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/panel", notice="done")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: panel_page(work, call_id, form),
    )


@router.post("/adopt")
def adopt(incoming: Request_, call_id: UUID) -> Response:
    """Make the approved ranking final. Who conducts the evaluation."""

    def write(work: Work) -> Response:
        adopt_ranking(work.session, work.actor, known_round(work.session, call_id).row.id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/panel", notice="done")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: panel_page(work, call_id, form),
    )

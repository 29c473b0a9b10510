"""The rounds in whose committee a person sits, and the ranking of each."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.evaluation_guards import committee_of
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, Work, run
from app.evaluation.queries.panel import rounds_of_person
from app.web.pages import page
from app.web.ranking_view.page import panel_round, ranking_answer
from app.web.ranking_view.seats import SEATS
from app.web.ranking_view.standing import standing
from app.web.requests import Request_

router = APIRouter()


@router.get("/panel")
def show(incoming: Request_) -> Response:
    """Any signed-in person sees the committees in which they sit."""

    def answer(work: Work) -> Response:
        mine = rounds_of_person(work.session, work.actor.person_id)
        rounds = [(panel_round(work, call_id), seat) for call_id, seat in mine.values()]
        return page(
            work,
            "panel/rounds.html",
            rounds=[(here, SEATS[seat], standing(work, here)) for here, seat in rounds],
        )

    return run(incoming, READ, signed_in, answer)


@router.get("/panel/{call_id:uuid}")
def ranking(incoming: Request_, call_id: UUID) -> Response:
    """The ranking by what the seat may see. The committee."""
    return run(incoming, READ, committee_of(call_id), lambda work: ranking_answer(incoming, work, call_id))

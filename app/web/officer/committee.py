"""Who sits in the evaluation committee of a call, and with which applications they have a conflict."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.evaluation_guards import runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.committee import committee_conflicts
from app.evaluation.queries.panel import seats_of
from app.evaluation.rules.committee import Seat, tally
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.schemas import SeatPerson
from app.evaluation.use_cases.seat_person import seat_person, unseat_person
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.ranking_view.page import known_round, panel_round
from app.web.ranking_view.seats import HITS, SEAT_OPTIONS, SEATS
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/committee")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Seats and conflicts. The call's office."""
    return run(incoming, READ, follows_call(call_id), lambda work: _page(work, call_id, FormView()))


@router.post("")
def seat(incoming: Request_, call_id: UUID) -> Response:
    """Give a seat to the holder of an account. Who conducts the evaluation."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, SeatPerson)
        seat_person(work.session, work.actor, known_round(work.session, call_id).row.id, wanted, now=work.now)
        return redirect(f"/officer/calls/{call_id}/committee", notice="saved")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, call_id, form),
    )


@router.post("/{person_id:uuid}/remove")
def unseat(incoming: Request_, call_id: UUID, person_id: UUID) -> Response:
    """Take a seat away. Who conducts the evaluation."""

    def write(work: Work) -> Response:
        round_id = known_round(work.session, call_id).row.id
        unseat_person(work.session, work.actor, round_id, person_id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/committee", notice="saved")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, call_id, form),
    )


def _page(work: Work, call_id: UUID, form: FormView) -> Response:
    here = panel_round(work, call_id)
    seats = seats_of(work.session, here.known.row.id)
    members = [row.person_id for row in seats if row.seat is Seat.PANEL_MEMBER]
    conflicts = committee_conflicts(work.session, here.known)
    return form_page(
        work,
        "officer/committee.html",
        form,
        here=here,
        seats=seats,
        conflicts=conflicts,
        counts={row.person_id: sum(one.bars for one in conflicts if one.person_id == row.person_id) for row in seats},
        needed=tally(here.known.evaluation, members, {}).needed,
        members=len(members),
        changeable=here.known.row.state in {RoundState.EXPERTS_AT_WORK, RoundState.PANEL} and here.access.runs,
        words=SEATS,
        options=SEAT_OPTIONS,
        hits=HITS,
    )

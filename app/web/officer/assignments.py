"""The board of assignments: every application of the round with its experts, and what it lacks."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import office_call
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, Work, run
from app.evaluation import policies
from app.evaluation.queries.board import BoardRow, board
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.rules.staffing import figures_of
from app.web.evaluation_view.current import current_round
from app.web.evaluation_view.work import experts_text, next_of, words_of
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.officer.evaluation import NEEDS, matches, stretch
from app.web.pages import page
from app.web.requests import Request_

router = APIRouter()


@router.get("/officer/calls/{call_id:uuid}/assignments")
def show(incoming: Request_, call_id: UUID) -> Response:
    """One row per application. The call's office; names of experts as far as the phase shows them."""

    def answer(work: Work) -> Response:
        call, rules = office_call(work.session, call_id, now=work.now), current_round(work, call_id)
        runs = policies.runs_evaluation(work.actor, call_id, call.programme_id)
        if rules is None:
            return page(work, "officer/evaluation_waits.html", call=call, runs=runs, admitted=0, part="assignments")
        zone = rules.rules.timetable.deadline.zone
        rows = board(work.session, work.actor, rules, now=work.now)
        listing: Listing[BoardRow] = Listing.read(incoming, _spec(work, zone, rules.row.state))
        return answer_list(
            work,
            "officer/assignments.html",
            listing,
            lambda wanted: stretch([row for row in rows if matches(listing, row)], wanted),
            name=f"{call.identifier.lower()}-assignments",
            part="assignments",
            call=call,
            runs=runs,
            figures=figures_of(row.staffing for row in rows),
            experts=rules.evaluation.experts,
            next_of=lambda row: next_of(work, row.staffing, zone, rules.row.state),
            words_of=lambda row, one: words_of(row, one, work.now),
        )

    return run(incoming, READ, follows_call(call_id), answer)


def _spec(work: Work, zone: str, state: RoundState) -> ListSpec[BoardRow]:
    return ListSpec(
        columns=(
            Column("acronym", "Application", lambda row: row.judged.acronym),
            Column("reference", "Reference", lambda row: row.judged.reference, only_export=True),
            Column("title", "Title", lambda row: row.judged.title, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.judged.coordinator),
            Column("countries", "Countries", lambda row: " ".join(row.judged.countries), only_export=True),
            Column("experts", "Experts", experts_text),
            Column("lacking", "Lacking", lambda row: row.staffing.lacking, align="right"),
            Column("to_decide", "Conflicts to decide", lambda row: row.staffing.to_decide, only_export=True),
            Column("rapporteur", "Has a rapporteur", lambda row: row.staffing.has_rapporteur, only_export=True),
            Column("submitted", "Reports submitted", lambda row: row.staffing.submitted, only_export=True),
            Column("next", "Next", lambda row: next_of(work, row.staffing, zone, state).words),
        ),
        filters=(NEEDS,),
    )

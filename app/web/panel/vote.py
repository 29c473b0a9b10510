"""The vote on the proposed ranking: its text, who has voted, what is needed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.delivery.evaluation_guards import committee_of
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.committee import committee_conflicts
from app.evaluation.queries.panel import proposed_ranking, seats_of, votes_of
from app.evaluation.queries.rankings import known_round
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.ranking_rows import lines_of
from app.evaluation.schemas import CastVote
from app.evaluation.use_cases.adopt_ranking import tally_of
from app.evaluation.use_cases.cast_vote import cast_vote
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.ranking_view.page import panel_round
from app.web.ranking_view.seats import HITS, grouped
from app.web.ranking_view.view import TAGS, envelope_views
from app.web.requests import Request_

router = APIRouter(prefix="/panel/{call_id:uuid}/vote")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """The record that is voted on, and the votes. The committee and the office."""
    return run(incoming, READ, committee_of(call_id), lambda work: _page(work, call_id, FormView()))


@router.post("")
def vote(incoming: Request_, call_id: UUID) -> Response:
    """Approve, or vote against with a reason. Members."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, CastVote)
        round_id = known_round(work.session, call_id).row.id
        cast_vote(work.session, work.actor, round_id, wanted, now=work.now)
        return redirect(f"/panel/{call_id}/vote", notice="saved")

    guard = committee_of(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, call_id, form),
    )


def _page(work: Work, call_id: UUID, form: FormView) -> Response:
    here = panel_round(work, call_id)
    if not here.access.sees_ranking:
        raise NotFoundError("ranking")
    proposed = proposed_ranking(work.session, call_id)
    seats = seats_of(work.session, here.known.row.id)
    votes = {row.person_id: row for row in votes_of(work.session, proposed.id)} if proposed is not None else {}
    mine = votes.get(work.actor.person_id) if work.actor.person_id is not None else None
    seen = {row.person_id: row for row in here.access.shown_votes(list(votes.values()))}
    record: Mapping[str, Any] = proposed.snapshot if proposed is not None else {}
    shown = (
        form
        if form.typed or mine is None
        else FormView.of({"approves": str(mine.approves).lower(), "words": mine.words})
    )
    conflicts = committee_conflicts(work.session, here.known)
    return form_page(
        work,
        "panel/vote.html",
        shown,
        here=here,
        proposed=proposed,
        envelopes=envelope_views(record, work.known.language) if proposed is not None else [],
        lists={
            one["code"]: lines_of(record, one["code"], hidden=here.access.hidden) for one in record.get("envelopes", ())
        },
        members=[(row, seen.get(row.person_id)) for row in seats if row.seat is Seat.PANEL_MEMBER],
        tally=tally_of(work.session, here.known, proposed.id) if proposed is not None else None,
        conflicts=grouped(one for one in conflicts if one.bars and one.application_id not in here.access.hidden),
        mine=mine,
        tags=TAGS,
        hits=HITS,
    )

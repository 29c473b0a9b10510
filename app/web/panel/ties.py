"""Ties that the call leaves to the panel: their order, with its reason."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.delivery.evaluation_guards import committee_of
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.rules.scores import score_text
from app.evaluation.schemas import DecideTie
from app.evaluation.use_cases.decide_tie import decide_tie
from app.web.forms import FormView, attempt, command_from, form_page, typed_in
from app.web.pages import redirect
from app.web.ranking_view.page import known_round, panel_round
from app.web.requests import Request_

router = APIRouter(prefix="/panel/{call_id:uuid}/ties")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Every tie with its order, decided or not. The committee and the office."""
    return run(incoming, READ, committee_of(call_id), lambda work: _page(work, call_id, FormView()))


@router.post("")
def decide(incoming: Request_, call_id: UUID) -> Response:
    """Store the order of one tie. The moderator or the office."""

    def write(work: Work) -> Response:
        wanted = command_from(_ordered(typed_in(incoming.form)), DecideTie, lists=("application_ids",))
        round_id = known_round(work.session, call_id).row.id
        decide_tie(work.session, work.actor, round_id, wanted, now=work.now)
        return redirect(f"/panel/{call_id}/ties", notice="saved")

    guard = committee_of(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, call_id, form),
    )


def _ordered(typed: dict[str, list[str]]) -> FormData:
    """The applications of the form by the places that were chosen; raise RulesViolated where two share one."""
    places = {name.removeprefix("place-"): values[-1] for name, values in typed.items() if name.startswith("place-")}
    if len(set(places.values())) != len(places):
        words = "Give each application of the tie a place of its own."
        raise RulesViolatedError([Violation("panel.places", words, "application_ids")])
    order = sorted(places, key=lambda name: (len(places[name]), places[name]))
    return FormData([*(("application_ids", name) for name in order), ("reason", typed.get("reason", [""])[-1])])


def _page(work: Work, call_id: UUID, form: FormView) -> Response:
    here = panel_round(work, call_id)
    if not here.access.sees_ranking or here.known.row.state is not RoundState.PANEL:
        raise NotFoundError("ranking")
    prepared = prepared_ranking(work.session, here.known)
    rows = {one.application_id: one for one in prepared.facts.concluded}
    totals = {entry.candidate.application_id: entry.candidate.total for entry in prepared.ranked.entries}
    open_ones = {one for tie in prepared.ranked.ties for one in tie}
    order = {entry.candidate.application_id: at for at, entry in enumerate(prepared.ranked.entries)}
    ties = [
        {
            "rows": [rows[one] for one in sorted(group, key=lambda one: order[one])],
            "total": score_text(totals[group[0]]),
            "open": bool(open_ones & set(group)),
            "reason": next((prepared.facts.orders[one].reason for one in group if one in prepared.facts.orders), ""),
        }
        for group in prepared.ranked.tied
        if not here.access.hidden & set(group)
    ]
    return form_page(work, "panel/ties.html", form, here=here, ties=ties)

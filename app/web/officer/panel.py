"""The panel of a call for its office: how far it is, what stands in the way, the acts that move it on."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.evaluation_guards import runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.candidates import withdrawn_in_round
from app.evaluation.queries.panel import adopted_ranking, proposed_ranking, rankings_of, seats_of
from app.evaluation.queries.rankings import known_round, prepared_ranking
from app.evaluation.queries.record import record_document
from app.evaluation.queries.rounds import judged_rows
from app.evaluation.rules.committee import Seat, adoption_findings, panel_findings
from app.evaluation.rules.lifecycle import JudgementState, RoundState
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.adopt_ranking import tally_of
from app.evaluation.use_cases.open_panel import open_panel, return_to_experts
from app.web.findings import shown as shown_finding
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.ranking_view.page import panel_round
from app.web.ranking_view.standing import standing
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/panel")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Steps of the panel, what is missing for the next, and the buttons. The call's office."""
    return run(incoming, READ, follows_call(call_id), lambda work: panel_page(work, call_id, FormView()))


@router.post("/open")
def open_it(incoming: Request_, call_id: UUID) -> Response:
    """Open the panel. Who conducts the evaluation."""

    def write(work: Work) -> Response:
        open_panel(work.session, work.actor, known_round(work.session, call_id).row.id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/panel", notice="done")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: panel_page(work, call_id, form),
    )


@router.post("/return")
def give_back(incoming: Request_, call_id: UUID) -> Response:
    """Return the round to the experts, with the reason. Who conducts the evaluation."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, WithReason)
        return_to_experts(work.session, work.actor, known_round(work.session, call_id).row.id, wanted, now=work.now)
        return redirect(f"/officer/calls/{call_id}/panel", notice="done")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: panel_page(work, call_id, form),
    )


def panel_page(work: Work, call_id: UUID, form: FormView) -> Response:
    """Where the panel stands; after a refusal with its findings."""
    here = panel_round(work, call_id)
    known, state = here.known, here.known.row.state
    out = withdrawn_in_round(work.session, known.row.id)
    judged = [one for one in judged_rows(work.session, known.row.id) if one.application_id not in out]
    concluded = sum(one.state is JudgementState.CONCLUDED for one in judged)
    prepared = prepared_ranking(work.session, known) if state is RoundState.PANEL else None
    proposed = proposed_ranking(work.session, call_id)
    votes = tally_of(work.session, known, proposed.id) if proposed is not None else None
    current = prepared is not None and proposed is not None and prepared.sha256 == proposed.sha256
    rows = {one.application_id: one for one in judged if one.application_id not in here.access.hidden}
    seats = seats_of(work.session, known.row.id)
    say = work.known.language
    return form_page(
        work,
        "officer/panel.html",
        form,
        here=here,
        standing=standing(work, here),
        judged=len(judged),
        concluded=concluded,
        withdrawn=len(out),
        to_open=[
            shown_finding(one, "", say)
            for one in panel_findings(unconcluded=len(judged) - concluded, applications=len(judged))
        ],
        to_propose=[shown_finding(one, "", say) for one in (prepared.findings if prepared is not None else ())],
        to_adopt=[
            shown_finding(one, "", say)
            for one in (adoption_findings(votes, changed=not current) if votes is not None else ())
        ],
        unresolved=[rows[one] for one in (prepared.unresolved if prepared is not None else ()) if one in rows],
        unchecked=[
            (rows[one], checks)
            for one, checks in (prepared.unchecked if prepared is not None else {}).items()
            if one in rows
        ],
        ties=len(prepared.ranked.ties) if prepared is not None else 0,
        proposed=proposed,
        current=current,
        votes=votes,
        rankings=rankings_of(work.session, known.row.id),
        members=sum(row.seat is Seat.PANEL_MEMBER for row in seats),
        seats=len(seats),
        adopted=adopted_ranking(work.session, call_id),
        document=record_document(work.session, known, here.access),
    )

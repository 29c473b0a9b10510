"""One application before the panel: the experts' agreed report, the panel's own scores, the checks of capacity."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.delivery.evaluation_guards import committee_of
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.queries.reports import views_of
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.rules.scores import total_of
from app.evaluation.schemas import RecordCapacity, SetMark, WithReason
from app.evaluation.use_cases.record_capacity import record_capacity
from app.evaluation.use_cases.set_mark import set_mark, withdraw_mark
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.ranking_view.page import panel_round
from app.web.ranking_view.seats import KINDS, OUTCOME_OPTIONS, OUTCOMES
from app.web.requests import Request_

router = APIRouter(prefix="/panel/{call_id:uuid}/applications/{application_id:uuid}")


@router.get("")
def show(incoming: Request_, call_id: UUID, application_id: UUID) -> Response:
    """What the seat may see of the application. The committee and the office."""
    guard = committee_of(call_id)
    return run(incoming, READ, guard, lambda work: _page(work, call_id, application_id, FormView()))


@router.post("/marks")
def mark(incoming: Request_, call_id: UUID, application_id: UUID) -> Response:
    """Set the panel's score for one criterion. The moderator or the office."""

    def do(work: Work) -> None:
        set_mark(work.session, work.actor, application_id, command_from(incoming.form, SetMark), now=work.now)

    return _act(incoming, call_id, application_id, do)


@router.post("/marks/{criterion}/withdraw")
def unmark(incoming: Request_, call_id: UUID, application_id: UUID, criterion: str) -> Response:
    """Let the experts' score count again. The moderator or the office."""

    def do(work: Work) -> None:
        wanted = command_from(incoming.form, WithReason)
        withdraw_mark(work.session, work.actor, application_id, criterion, wanted, now=work.now)

    return _act(incoming, call_id, application_id, do)


@router.post("/capacity")
def capacity(incoming: Request_, call_id: UUID, application_id: UUID) -> Response:
    """Record a check of capacity. The office."""

    def do(work: Work) -> None:
        wanted = command_from(incoming.form, RecordCapacity)
        record_capacity(work.session, work.actor, application_id, wanted, now=work.now)

    return _act(incoming, call_id, application_id, do)


def _act(incoming: Request_, call_id: UUID, application_id: UUID, do: Callable[[Work], None]) -> Response:
    guard = committee_of(call_id)

    def write(work: Work) -> Response:
        _belongs(work, call_id, application_id)
        do(work)
        return redirect(f"/panel/{call_id}/applications/{application_id}", notice="saved")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, call_id, application_id, form),
    )


def _belongs(work: Work, call_id: UUID, application_id: UUID) -> None:
    if judged_row(work.session, application_id).round_id != panel_round(work, call_id).known.row.id:
        raise NotFoundError("application")


def _page(work: Work, call_id: UUID, application_id: UUID, form: FormView) -> Response:
    here = panel_round(work, call_id)
    _belongs(work, call_id, application_id)
    if application_id in here.access.hidden or not here.access.sees_ranking:
        raise NotFoundError("application")
    prepared = prepared_ranking(work.session, here.known)
    judged = judged_row(work.session, application_id)
    facts = prepared.facts
    reads = "consensus_report" in here.access.sights
    entry = next((one for one in prepared.ranked.entries if one.candidate.application_id == application_id), None)
    report = facts.consensus.get(application_id) if reads else None
    found = facts.capacity.get(application_id, {})
    return form_page(
        work,
        "panel/application.html",
        form,
        here=here,
        judged=judged,
        entry=entry,
        stage=here.known.stage,
        report=report,
        marks=facts.marks.get(application_id, {}),
        total=total_of(here.known.stage, entry.candidate.scores) if entry is not None else None,
        dissents=[one for one in views_of(work.session, application_id, version=report.version) if not one.agrees]
        if report is not None
        else [],
        names_shown="expert_names" in here.access.sights,
        checks=[
            (check, found.get((check.kind, check.partner_id)))
            for check in (facts.due(here.known, judged) if application_id in facts.submitted else ())
        ],
        sitting=here.known.row.state is RoundState.PANEL and entry is not None,
        kinds=KINDS,
        outcomes=OUTCOMES,
        outcome_options=OUTCOME_OPTIONS,
        criterion_options=[(one.id, one.title.in_language(work.known.language)) for one in here.known.stage.criteria],
    )

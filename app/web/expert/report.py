"""The individual report: written beside the proposal, saved in passing, submitted when it is complete."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.reading import snapshot
from app.core.errors import DomainError, NotFoundError, RulesViolatedError, StaleVersionError
from app.delivery.evaluation_guards import expert_of_assignment
from app.delivery.files import file_answer
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.desk import Desk, desk
from app.evaluation.queries.overview import OF_OTHERS
from app.evaluation.queries.reports import next_report
from app.evaluation.rules.reports import report_findings
from app.evaluation.schemas import OfVersion
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.submit_report import submit_report
from app.web.application_view.shell import saved_at
from app.web.deadlines import shown_deadline
from app.web.evaluation_view.proposal import attachment_lines, proposal
from app.web.evaluation_view.sheets import command_of, criteria_of, differing, form_parts, labels, marks, shown_total
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter(prefix="/evaluation/{assignment_id:uuid}")


@router.get("")
def show(incoming: Request_, assignment_id: UUID) -> Response:
    """The proposal as it was submitted, and the report. The expert of the assignment."""
    return run(incoming, READ, expert_of_assignment(assignment_id), lambda work: _page(work, assignment_id))


@router.post("")
def save(incoming: Request_, assignment_id: UUID) -> Response:
    """Save, and stay, check or go to the next report. An htmx request saves in passing and gets the state back."""
    guard = expert_of_assignment(assignment_id)

    def write(work: Work) -> Response:
        found = desk(work.session, work.actor, assignment_id)
        sent = command_of(incoming.form, found.texts)
        save_report(work.session, work.actor, assignment_id, sent, now=work.now)
        return redirect(_next(work, found, typed_in(incoming.form).get("go", [""])[-1]))

    if incoming.fragment:
        return _in_passing(incoming, assignment_id)
    try:
        return run(incoming, WRITE, guard, write)
    except (RulesViolatedError, StaleVersionError) as error:
        refused = error
    return run(incoming, READ, guard, lambda work: _again(work, assignment_id, refused))


@router.get("/submission")
def check(incoming: Request_, assignment_id: UUID) -> Response:
    """The stored report as it would count, with everything that still stops it."""
    guard = expert_of_assignment(assignment_id)
    return run(incoming, READ, guard, lambda work: _check_page(work, assignment_id, FormView()))


@router.post("/submission")
def submit(incoming: Request_, assignment_id: UUID) -> Response:
    """Submit the version that was read, and go to the next report."""
    guard = expert_of_assignment(assignment_id)

    def write(work: Work) -> Response:
        sent = command_from(incoming.form, OfVersion)
        submit_report(work.session, work.actor, assignment_id, sent, now=work.now)
        return redirect(f"/evaluation/{assignment_id}", notice="report-submitted")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _check_page(work, assignment_id, form),
    )


@router.get("/attachments/{field}")
def attachment(incoming: Request_, assignment_id: UUID, field: str) -> Response:
    """A document of the submission that is judged, as it was sent."""

    def find(work: Work) -> tuple[str, str]:
        found = desk(work.session, work.actor, assignment_id)
        content = snapshot(work.session, found.judged.submission_id)
        for each in attachment_lines(content, found.rules.rules):
            if each.field == field:
                return each.sha256, each.filename
        raise NotFoundError("document")

    sha256, filename = run(incoming, READ, expert_of_assignment(assignment_id), find)
    try:
        return file_answer(incoming.runtime.files.get(sha256), filename)
    except FileNotFoundError:
        raise NotFoundError("document") from None


def _in_passing(incoming: Incoming, assignment_id: UUID) -> Response:
    """Autosave: the line that says when it was saved or why not, and the total."""
    guard = expert_of_assignment(assignment_id)

    def write(work: Work) -> Response:
        sent = command_of(incoming.form, {})
        version = save_report(work.session, work.actor, assignment_id, sent, now=work.now)
        stored = desk(work.session, work.actor, assignment_id)
        return page(
            work,
            "expert/saved.html",
            version=version,
            words=saved_at(work, work.now),
            draft_key=_draft_key(assignment_id),
            **_sheet_context(stored, work.known.language),
            refused="",
        )

    try:
        return run(incoming, WRITE, guard, write)
    except (RulesViolatedError, StaleVersionError) as error:
        words = error.message
    return run(incoming, READ, guard, lambda work: page(work, "expert/saved.html", refused=words))


def _again(work: Work, assignment_id: UUID, error: DomainError) -> Response:
    """What was typed and why it was not saved; or both texts of what two windows changed."""
    found, sent = desk(work.session, work.actor, assignment_id), typed_in(work.incoming.form)
    if isinstance(error, StaleVersionError):
        return page(
            work,
            "expert/stale.html",
            status=409,
            action=_base(found),
            back=_base(found),
            name=found.judged.acronym,
            colleague="",
            differing=differing(found.rules.stage, sent, found.texts, work.known.language),
            typed={name: texts for name, texts in sent.items() if not name.startswith("_") and name != "go"},
            version=found.version,
            when=saved_at(work, found.report.saved_at) if found.report else "",
        )
    return _page(work, assignment_id, FormView.refused(work.incoming.form, error))


def _page(work: Work, assignment_id: UUID, form: FormView | None = None) -> Response:
    found, language = desk(work.session, work.actor, assignment_id), work.known.language
    view = form or FormView({name: [text] for name, text in found.texts.items()})
    return form_page(
        work,
        "expert/report.html",
        view,
        labels=labels(found.rules.stage, view, language),
        desk=found,
        base=_base(found),
        due=shown_deadline(work, found.own.due_at, found.zone),
        saved=saved_at(work, found.report.saved_at) if found.report else "",
        draft_key=_draft_key(assignment_id),
        closed=[shown(one, language=language) for one in found.closed],
        proposal=proposal(work.session, found.judged.submission_id, found.rules.rules, language),
        in_consensus="consensus_report" in found.sights,
        shows_more=bool(OF_OTHERS & found.sights),
        **_sheet_context(found, language),
    )


def _check_page(work: Work, assignment_id: UUID, form: FormView) -> Response:
    found, language = desk(work.session, work.actor, assignment_id), work.known.language
    stops = report_findings(found.rules.rules, found.rules.stage, found.sheet)
    return form_page(
        work,
        "expert/report_check.html",
        form,
        labels={},
        desk=found,
        base=_base(found),
        due=shown_deadline(work, found.own.due_at, found.zone),
        stops=[shown(one, language=language) for one in stops],
        **_sheet_context(found, language),
    )


def _sheet_context(found: Desk, language: str) -> Mapping[str, Any]:
    return {
        "criteria": criteria_of(found.rules.stage, found.sheet, language),
        "total": shown_total(found.rules.stage, found.sheet, language),
        "marks": marks(found.texts),
        **form_parts(found.rules),
    }


def _next(work: Work, found: Desk, go: str) -> str:
    """Where the pressed button leads."""
    if go == "submit":
        return f"{_base(found)}/submission"
    if go == "next" and work.actor.person_id is not None:
        following = next_report(work.session, work.actor.person_id, found.judged.round_id, found.own.id)
        return f"/evaluation/{following}?notice=saved" if following else f"{_base(found)}?notice=saved"
    return f"{_base(found)}?notice=saved"


def _base(found: Desk) -> str:
    return f"/evaluation/{found.own.id}"


def _draft_key(assignment_id: UUID) -> str:
    return f"report/{assignment_id}"

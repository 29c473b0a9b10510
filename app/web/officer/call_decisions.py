"""What an officer decides about a call: edit, publish, correct, withdraw. Only the use cases judge."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import office_call
from app.calls import queries
from app.calls.rules.changes import changes_between
from app.calls.rules.corrections import correction_findings
from app.calls.rules.document import read_document
from app.calls.rules.lifecycle import CallState
from app.calls.rules.publication import publication_findings
from app.calls.schemas import DraftToSave, WithdrawCall
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.publish_call import publish_call
from app.calls.use_cases.save_draft import save_draft
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.errors import DomainError, NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.periods import BRUSSELS
from app.delivery.guards import manages_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.yaml_documents import read_yaml
from app.web.call_view.mistakes import mistakes, mistakes_of
from app.web.call_view.origins import origins
from app.web.call_view.written import as_yaml, with_next_version
from app.web.forms import FormView, attempt, command_from, form_page, typed_in
from app.web.officer.call import waiting_version
from app.web.officer.calls import sent_document, summary_of
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/calls/{call_id:uuid}")
_LEFT_TO_PAGES = (SignInRequiredError, NotPermittedError, NotFoundError)


@router.get("/publish")
def ask_publication(incoming: Request_, call_id: UUID) -> Response:
    """What is about to be published, with each assumed figure. Who manages the call."""
    return run(incoming, READ, manages_call(call_id), lambda work: _publication_page(work, call_id, FormView()))


@router.post("/publish")
def publish(incoming: Request_, call_id: UUID) -> Response:
    """Publish the draft."""
    confirmed = "confirmed" in typed_in(incoming.form)

    def write(work: Work) -> Response:
        publish_call(work.session, work.actor, call_id, confirmed=confirmed, now=work.now)
        return redirect(f"/officer/calls/{call_id}", notice="done")

    guard = manages_call(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _publication_page(work, call_id, form),
    )


@router.get("/correct")
def ask_correction(incoming: Request_, call_id: UUID) -> Response:
    """The document of the next version, to edit or replace. Who manages the call."""
    return run(incoming, READ, manages_call(call_id), lambda work: _edit_page(work, call_id))


@router.post("/correct")
def edit(incoming: Request_, call_id: UUID) -> Response:
    """Store the document as a draft; nothing becomes public."""
    typed = {name: values[-1] for name, values in typed_in(incoming.form).items()}

    def write(work: Work) -> Response:
        document = read_yaml(sent_document(incoming))
        tree = document.tree
        if isinstance(tree, dict) and typed.get("summary", "").strip():
            tree = with_next_version(tree, typed["summary"].strip(), _today(work.now))
        reading = read_document(tree, document.lines)
        if not reading.versions or not isinstance(tree, dict):
            raise RulesViolatedError(reading.findings)
        revision = int(typed["revision"]) if typed.get("revision", "").isdecimal() else 0
        command = DraftToSave(document=tree, revision=min(revision, 10**6))
        save_draft(work.session, work.actor, call_id, command, now=work.now)
        first = office_call(work.session, call_id, now=work.now).state == CallState.DRAFT
        return redirect(f"/officer/calls/{call_id}/{'preview' if first else 'corrigendum'}", notice="saved")

    guard = manages_call(call_id)
    try:
        return run(incoming, WRITE, guard, write)
    except _LEFT_TO_PAGES:
        raise
    except DomainError as error:
        refused = error
    form = FormView(typed_in(incoming.form))
    return run(incoming, READ, guard, lambda work: _edit_page(work, call_id, form, refused))


@router.get("/corrigendum")
def ask_corrigendum(incoming: Request_, call_id: UUID) -> Response:
    """What the waiting version changes, whom it concerns, and what speaks against it. Who manages the call."""
    return run(incoming, READ, manages_call(call_id), lambda work: _corrigendum_page(work, call_id, FormView()))


@router.post("/corrigendum")
def correct(incoming: Request_, call_id: UUID) -> Response:
    """Publish the waiting version as a corrigendum."""
    confirmed = "confirmed" in typed_in(incoming.form)

    def write(work: Work) -> Response:
        correct_call(work.session, work.actor, call_id, confirmed=confirmed, now=work.now)
        return redirect(f"/officer/calls/{call_id}", notice="done")

    guard = manages_call(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _corrigendum_page(work, call_id, form),
    )


@router.get("/withdraw")
def ask_withdrawal(incoming: Request_, call_id: UUID) -> Response:
    """The reason, which becomes public. Who manages the call."""
    return run(incoming, READ, manages_call(call_id), lambda work: _withdrawal_page(work, call_id, FormView()))


@router.post("/withdraw")
def withdraw(incoming: Request_, call_id: UUID) -> Response:
    """Take the call back."""
    guard = manages_call(call_id)

    def write(work: Work) -> Response:
        command = command_from(incoming.form, WithdrawCall)
        withdraw_call(work.session, work.actor, call_id, command, now=work.now)
        return redirect(f"/officer/calls/{call_id}", notice="done")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _withdrawal_page(work, call_id, form),
    )


def _publication_page(work: Work, call_id: UUID, form: FormView) -> Response:
    version, rules = waiting_version(work, call_id)
    return form_page(
        work,
        "officer/call_publish.html",
        form,
        call=office_call(work.session, call_id, now=work.now),
        version=version,
        assumed=[origin for origin in origins(rules) if origin.assumed],
        mistakes=mistakes(publication_findings(rules, work.now, confirmed=True), work.known.language),
        deadline=rules.timetable.deadline,
    )


def _edit_page(work: Work, call_id: UUID, form: FormView | None = None, error: DomainError | None = None) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    version, rules = waiting_version(work, call_id)
    waits = version.published_at is None
    stored = {"document": as_yaml(rules), "revision": str(version.revision if waits else 0)}
    found = mistakes_of(error, work.known.language) if error else ()
    return page(
        work,
        "officer/call_edit.html",
        status=422 if error else 200,
        errors=summary_of(found),
        form=form or FormView.of(stored),
        call=call,
        version=version,
        waits=waits,
        mistakes=found,
    )


def _corrigendum_page(work: Work, call_id: UUID, form: FormView) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    version, after = waiting_version(work, call_id)
    if version.published_at is not None or call.state != CallState.PUBLISHED:
        raise NotFoundError("draft")
    _published, before = queries.published_rules(work.session, call_id)
    against = correction_findings(before, after, work.now) + publication_findings(after, work.now, confirmed=True)
    return form_page(
        work,
        "officer/call_corrigendum.html",
        form,
        call=call,
        version=version,
        changes=changes_between(before, after),
        before=before.version,
        assumed=[origin for origin in origins(after) if origin.assumed],
        mistakes=mistakes(against, work.known.language),
    )


def _withdrawal_page(work: Work, call_id: UUID, form: FormView) -> Response:
    call = office_call(work.session, call_id, now=work.now)
    return form_page(work, "officer/call_withdraw.html", form, call=call)


def _today(now: datetime) -> str:
    return now.astimezone(ZoneInfo(BRUSSELS)).date().isoformat()

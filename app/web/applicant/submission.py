"""Check your answers, submit, and what one gets for it."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.queries import application_facts
from app.applications.queries.reading import submission, submissions
from app.applications.rules.progress import section_progress
from app.applications.use_cases.submit_application import RECEIPT, submit_application
from app.core.canonical import instant_text
from app.core.errors import NotFoundError
from app.delivery.documents import documents_ahead
from app.delivery.guards import coordinates_application, reads_application
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import documents_of
from app.grants.queries.letters import sent_letters
from app.infra.ids import new_id
from app.web.application_view.answers import working_copy
from app.web.application_view.budget_grid import grid
from app.web.application_view.documents import asked_documents
from app.web.application_view.found import found as found_by_section
from app.web.application_view.overview import next_steps, table_of
from app.web.application_view.partners import country_name, region_name
from app.web.application_view.shell import shell
from app.web.forms import FormView, attempt, body_of
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter()


@router.get("/applications/{application_id}/check")
def check(incoming: Request_, application_id: UUID) -> Response:
    """Everything on one page, findings first."""
    return run(incoming, READ, reads_application(application_id), lambda work: _check(work, application_id, FormView()))


@router.post("/applications/{application_id}/submit")
def submit(incoming: Request_, application_id: UUID) -> Response:
    """Submit the working copy once; late or incomplete, nothing changes and every reason is told."""

    def create(work: Work) -> Response:
        made = submit_application(work.session, work.actor, application_id, now=work.now)
        return redirect(f"/applications/{application_id}/submitted/{made}")

    guard = coordinates_application(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: _check(work, application_id, form),
    )


@router.get("/applications/{application_id}/submitted/{submission_id}")
def submitted(incoming: Request_, application_id: UUID, submission_id: UUID) -> Response:
    """When it was received, as which version, with which hash, and the receipt as soon as it is made."""

    def answer(work: Work) -> Response:
        frame = shell(work, application_id)
        found = submission(work.session, submission_id)
        if found.application_id != application_id:
            raise NotFoundError("submission")
        receipts = [one for one in documents_of(work.session, "submission", [submission_id]) if one.kind == RECEIPT]
        names = names_of(work.session, [found.submitted_by])
        versions = submissions(work.session, application_id)
        return page(
            work,
            "applicant/submitted.html",
            fragment="receipt",
            frame=frame,
            found=found,
            latest=versions[0].id == found.id,
            receipt=receipts[0] if receipts else None,
            ahead=documents_ahead(work.session, receipts[0]) if receipts else 0,
            exact=instant_text(found.received_at),
            by=names.get(found.submitted_by, "") if found.submitted_by else "",
            steps=next_steps(work, frame, versions, next(iter(sent_letters(work.session, application_id)), None)),
            zone_of_call=frame.call.rules.timetable.stage(frame.head.stage).deadline.zone,
        )

    return run(incoming, READ, reads_application(application_id), answer)


def _check(work: Work, application_id: UUID, form: FormView) -> Response:
    frame = shell(work, application_id)
    rules, language = frame.call.rules, work.known.language
    facts = application_facts(work.session, frame.head, rules)
    found = found_by_section(section_progress(rules, facts), frame.place, language)
    versions = submissions(work.session, application_id)
    late = form.violations and not found.stopping
    return page(
        work,
        "applicant/check.html",
        status=form.status,
        errors=form.violations if late else (),
        place_base=frame.place,
        frame=frame,
        found=found,
        sections=working_copy(rules, facts, language),
        partners=[
            (one.name, one.role.value, country_name(one.country, language), region_name(one.region), one.takes_part)
            for one in facts.partners
        ],
        grid=grid(table_of(rules, facts), {}, {}, language=language, versions={}),
        documents={one.id: one for one in asked_documents(work, frame, facts)},
        versions=versions,
        ready=not found.stopping and frame.editable and frame.coordinates,
        key=new_id().hex,
    )

"""Documents of the application: upload, replace, download, take away. PDFs are looked at before anything is stored."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.applications.queries import application_facts
from app.applications.queries.reading import attachments
from app.applications.rules.attachments import upload_violations
from app.applications.use_cases.attach_file import attach_file, remove_attachment
from app.core.errors import NotFoundError, RulesViolatedError
from app.delivery.files import file_answer, pdf_to_store
from app.delivery.guards import edits_application, reads_application
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.application_view.documents import asked_documents
from app.web.application_view.shell import shell
from app.web.forms import FormView, attempt, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()


@router.get("/applications/{application_id}/attachments")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Every document that the call asks for, and what was uploaded."""
    return run(incoming, READ, reads_application(application_id), lambda work: _page(work, application_id, FormView()))


@router.post("/applications/{application_id}/attachments/{field_id}")
def upload(incoming: Request_, application_id: UUID, field_id: str) -> Response:
    """Upload or replace a document."""
    guard = edits_application(application_id)
    sent = incoming.form.get("file") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "") if isinstance(sent, UploadFile) else ""
    place = f"attachments/{field_id[:60]}"

    def allowed(work: Work) -> None:
        rules = shell(work, application_id).call.rules
        if refused := upload_violations(rules, field_id, len(data)):
            raise RulesViolatedError(refused)

    def do() -> Response:
        run(incoming, READ, guard, allowed)
        stored = pdf_to_store(incoming.runtime.files, data, name, place=place)

        def write(work: Work) -> Response:
            attach_file(work.session, work.actor, application_id, field_id, stored, now=work.now)
            return redirect(f"/applications/{application_id}/attachments", notice="saved")

        return run(incoming, WRITE, guard, write)

    return attempt(incoming, guard, do, lambda work, form: _page(work, application_id, form))


@router.post("/applications/{application_id}/attachments/{field_id}/remove")
def remove(incoming: Request_, application_id: UUID, field_id: str) -> Response:
    """Take a document away; submitted versions keep it."""

    def write(work: Work) -> Response:
        remove_attachment(work.session, work.actor, application_id, field_id, now=work.now)
        return redirect(f"/applications/{application_id}/attachments", notice="done")

    guard = edits_application(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, application_id, form),
    )


@router.get("/applications/{application_id}/attachments/{field_id}/file")
def fetch(incoming: Request_, application_id: UUID, field_id: str) -> Response:
    """The uploaded bytes, as they came."""

    def answer(work: Work) -> Response:
        found = attachments(work.session, application_id).get(field_id)
        if found is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, reads_application(application_id), answer)


def _page(work: Work, application_id: UUID, form: FormView) -> Response:
    frame = shell(work, application_id)
    facts = application_facts(work.session, frame.head, frame.call.rules)
    return form_page(
        work,
        "applicant/attachments.html",
        form,
        frame=frame,
        documents=asked_documents(work, frame, facts),
    )

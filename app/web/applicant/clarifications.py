"""Questions of the managing body after the deadline, and the answers of the consortium."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.policies import may_edit
from app.applications.queries.applied_call import rules_of
from app.applications.queries.clarifications import clarification, clarifications
from app.applications.queries.reading import submissions
from app.applications.rules.clarifications import MOST_BYTES, upload_violations
from app.applications.schemas import AnswerClarification
from app.applications.use_cases.answer_clarification import answer_clarification
from app.calls.rules.form_kinds import MEGABYTE, FileField
from app.core.errors import NotFoundError, RulesViolatedError
from app.delivery.files import file_answer, pdf_to_store
from app.delivery.guards import edits_application, reads_application
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.application_view.checks import KINDS, QUESTION_TAGS
from app.web.application_view.shell import shell
from app.web.deadlines import shown_deadline
from app.web.forms import FormView, attempt, command_from, form_page, part_of, within
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/applications/{application_id}/clarifications")


@router.get("")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Every question, those that wait first. The consortium."""
    return run(incoming, READ, reads_application(application_id), lambda work: _page(work, application_id, FormView()))


@router.post("/{clarification_id}/answer")
def answer(incoming: Request_, application_id: UUID, clarification_id: UUID) -> Response:
    """Answer one, with a PDF where it helps. Contacts of the coordinator and of partners."""
    guard, part = edits_application(application_id), f"answer-{clarification_id}"
    sent = incoming.form.get(f"{part}.file") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "") if isinstance(sent, UploadFile) else ""

    def allowed(work: Work) -> None:
        asked = clarification(work.session, application_id, clarification_id, now=work.now)
        versions = submissions(work.session, application_id)
        if refused := upload_violations(rules_of(work.session, versions[0].call_version_id), asked.field, len(data)):
            raise RulesViolatedError(refused)

    def do() -> Response:
        with within(part):
            if data:
                run(incoming, READ, guard, allowed)
            stored = pdf_to_store(incoming.runtime.files, data, name, place="file") if data else None

            def write(work: Work) -> Response:
                wanted = command_from(part_of(incoming.form, part), AnswerClarification, leave=("file",))
                answer_clarification(
                    work.session, work.actor, application_id, clarification_id, wanted, stored, now=work.now
                )
                return redirect(f"/applications/{application_id}/clarifications", notice="answered")

            return run(incoming, WRITE, guard, write)

    return attempt(incoming, guard, do, lambda work, form: _page(work, application_id, form))


@router.get("/{clarification_id}/file")
def fetch(incoming: Request_, application_id: UUID, clarification_id: UUID) -> Response:
    """The PDF of an answer, as it came. The consortium."""

    def give(work: Work) -> Response:
        found = clarification(work.session, application_id, clarification_id, now=work.now)
        if found.sha256 is None or found.filename is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, reads_application(application_id), give)


def _page(work: Work, application_id: UUID, form: FormView) -> Response:
    frame = shell(work, application_id)
    zone = frame.call.rules.timetable.stage(frame.head.stage).deadline.zone
    found = clarifications(work.session, application_id, now=work.now)
    return form_page(
        work,
        "applicant/clarifications.html",
        form,
        frame=frame,
        questions=found,
        files={
            field.id: str(field.title) for _, field in frame.call.rules.form.fields() if isinstance(field, FileField)
        },
        due={one.id: shown_deadline(work, one.due_at, zone) for one in found},
        names=names_of(work.session, [one.answered_by for one in found]),
        answers=may_edit(work.actor, application_id),
        kinds=KINDS,
        tags=QUESTION_TAGS,
        most=MOST_BYTES // MEGABYTE,
        zone=zone,
    )

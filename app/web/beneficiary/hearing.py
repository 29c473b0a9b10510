"""The hearing before a recovery, as the consortium sees it: what is announced, the answer, and the document beside it."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.core.errors import NotFoundError
from app.delivery.files import file_answer, pdf_to_store
from app.delivery.reporting_guards import consortium_of_grant, reports_for_grant, sees_report
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import documents_of
from app.reporting.queries.documents import ABOUT_REPORT, RECOVERY_ANNOUNCEMENT
from app.reporting.queries.hearings import enclosure_of
from app.reporting.rules.hearing import MAX_ENCLOSURE
from app.reporting.schemas import AnswerRecovery
from app.reporting.use_cases.answer_recovery import answer_recovery
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.reporting_view.report import report_shell, sheet_of
from app.web.reporting_view.settling import recovery_of
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/reports/{number:int}/hearing")


@router.get("")
def show(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """What is announced and until when one is heard; afterwards what was said and decided. The consortium."""
    guard = consortium_of_grant(grant_id)
    return run(incoming, READ, guard, lambda work: _page(work, grant_id, number, FormView()))


@router.post("")
def answer(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """Say what speaks against it, with a PDF where it helps, or that there is nothing to say. The coordinator's contact."""
    guard = reports_for_grant(grant_id)
    sent = incoming.form.get("file") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "") if isinstance(sent, UploadFile) else ""

    def do() -> Response:
        run(incoming, READ, guard, lambda _work: None)
        stored = pdf_to_store(incoming.runtime.files, data, name, place="file") if data else None

        def write(work: Work) -> Response:
            wanted = command_from(incoming.form, AnswerRecovery, leave=("file",))
            answer_recovery(work.session, work.actor, grant_id, number, wanted, enclosure=stored, now=work.now)
            return redirect(f"/grants/{grant_id}/reports/{number}/hearing", notice="answered")

        return run(incoming, WRITE, guard, write)

    return attempt(incoming, guard, do, lambda work, form: _page(work, grant_id, number, form))


@router.get("/document")
def fetch(incoming: Request_, grant_id: UUID, number: int) -> Response:
    """The document beside the answer, as it came. The consortium, and who follows the grant."""

    def give(work: Work) -> Response:
        found = enclosure_of(work.session, grant_id, number)
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, sees_report(grant_id, number), give)


def _page(work: Work, grant_id: UUID, number: int, form: FormView) -> Response:
    frame = report_shell(work, grant_id, number)
    recovery = recovery_of(work, frame.reading)
    if recovery is None or recovery.hearing is None:
        raise NotFoundError("hearing")
    letters = documents_of(work.session, ABOUT_REPORT, [frame.row.period_id])
    return form_page(
        work,
        "beneficiary/hearing.html",
        form,
        frame=frame,
        recovery=recovery,
        hearing=recovery.hearing,
        heard=recovery.hearing.stands.heard(frame.today),
        sheet=sheet_of(work, frame.reading),
        names=names_under_acts(work.session, [recovery.hearing.answered_by]),
        letter=next((one for one in letters if one.kind == RECOVERY_ANNOUNCEMENT), None),
        most=MAX_ENCLOSURE // 1_000_000,
    )

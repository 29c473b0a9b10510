"""The auditor's certificate on a financial statement: uploaded by who speaks for the partner, read by who reads the report."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.delivery.files import file_answer, pdf_to_store
from app.delivery.reporting_guards import sees_report, speaks_for_statement
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.reporting.queries.certificates import certificate_of
from app.reporting.schemas import StatementAt
from app.reporting.use_cases.attach_certificate import attach_certificate, remove_certificate
from app.web.beneficiary.statement import path_of, statement_page
from app.web.forms import FormView, attempt
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/reports/{number:int}/statements/{partner_id:uuid}/certificate")


@router.get("")
def fetch(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """The uploaded bytes, as they came. The consortium, and who follows the grant once the report was submitted."""

    def answer(work: Work) -> Response:
        stored = certificate_of(work.session, StatementAt(grant_id, number, partner_id))
        return file_answer(incoming.runtime.files.get(stored.sha256), stored.filename)

    return run(incoming, READ, sees_report(grant_id, number), answer)


@router.post("")
def attach(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """Upload it, or another in its place. Who speaks for the partner."""
    at = StatementAt(grant_id, number, partner_id)
    guard = speaks_for_statement(grant_id, partner_id)
    sent = incoming.form.get("file") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "") if isinstance(sent, UploadFile) else ""

    def do() -> Response:
        run(incoming, READ, guard, lambda _work: None)
        stored = pdf_to_store(incoming.runtime.files, data, name, place="file")

        def write(work: Work) -> Response:
            attach_certificate(work.session, work.actor, at, stored, now=work.now)
            return redirect(path_of(at), notice="saved")

        return run(incoming, WRITE, guard, write)

    def again(work: Work, form: FormView) -> Response:
        return statement_page(work, at, FormView(violations=form.violations, status=form.status), stored=True)

    return attempt(incoming, guard, do, again)


@router.post("/remove")
def remove(incoming: Request_, grant_id: UUID, number: int, partner_id: UUID) -> Response:
    """Take it away while the report is written. Who speaks for the partner."""
    at = StatementAt(grant_id, number, partner_id)
    guard = speaks_for_statement(grant_id, partner_id)

    def write(work: Work) -> Response:
        remove_certificate(work.session, work.actor, at, now=work.now)
        return redirect(path_of(at), notice="certificate-removed")

    def again(work: Work, form: FormView) -> Response:
        return statement_page(work, at, FormView(violations=form.violations, status=form.status), stored=True)

    return attempt(incoming, guard, lambda: run(incoming, WRITE, guard, write), again)

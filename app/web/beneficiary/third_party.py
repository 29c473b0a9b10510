"""One payment to a third party: who was paid for what, how the amount came about, its document, its reversal."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.accounts.queries import names_of
from app.audit.queries import latest_about
from app.cascade.queries.payments import support_row
from app.cascade.schemas import ReverseSupport
from app.cascade.use_cases.attach_evidence import attach_evidence
from app.core.errors import NotFoundError
from app.delivery.cascade_guards import changes_support
from app.delivery.files import file_answer, pdf_to_store
from app.delivery.grant_guards import sees_grant
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import file
from app.grants.policies import takes_part
from app.grants.queries.grants import grant_scope
from app.reporting.use_cases.take_back_support import take_back_support
from app.web.event_words import shown_events
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.grant_view.words import STATES
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.support_view.overview import overview
from app.web.support_view.words import KINDS, LABELS, number_words
from app.web.words import country_name

router = APIRouter(prefix="/grants/{grant_id:uuid}/third-parties/{support_id:uuid}")
MOST_EVENTS = 100


@router.get("")
def show(incoming: Request_, grant_id: UUID, support_id: UUID) -> Response:
    """The payment with its history. The consortium, its office, and who follows the money."""
    return run(incoming, READ, sees_grant(grant_id), lambda work: _page(work, grant_id, support_id, FormView()))


@router.post("/evidence")
def attach(incoming: Request_, grant_id: UUID, support_id: UUID) -> Response:
    """Upload the document that proves the payment, or another in its place. Who records for the party."""
    guard = changes_support(grant_id, support_id)
    sent = incoming.form.get("file") if incoming.form is not None else None
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "") if isinstance(sent, UploadFile) else ""

    def do() -> Response:
        run(incoming, READ, guard, lambda _work: None)
        stored = pdf_to_store(incoming.runtime.files, data, name, place="file")

        def write(work: Work) -> Response:
            attach_evidence(work.session, work.actor, grant_id, support_id, stored, now=work.now)
            return redirect(_path(grant_id, support_id), notice="saved")

        return run(incoming, WRITE, guard, write)

    return attempt(incoming, guard, do, lambda work, form: _page(work, grant_id, support_id, form))


@router.get("/evidence")
def fetch(incoming: Request_, grant_id: UUID, support_id: UUID) -> Response:
    """The uploaded bytes, as they came. Whoever sees the payment."""

    def answer(work: Work) -> Response:
        found = support_row(work.session, grant_id, support_id).evidence_id
        stored = file(work.session, found) if found is not None else None
        if stored is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(stored.sha256), stored.filename)

    return run(incoming, READ, sees_grant(grant_id), answer)


@router.post("/reverse")
def reverse(incoming: Request_, grant_id: UUID, support_id: UUID) -> Response:
    """Take the payment out of the count. Who records for the party."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, ReverseSupport)
        take_back_support(work.session, work.actor, grant_id, support_id, command, now=work.now)
        return redirect(_path(grant_id, support_id), notice="support-reversed")

    guard = changes_support(grant_id, support_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, support_id, form),
    )


def _path(grant_id: UUID, support_id: UUID) -> str:
    return f"/grants/{grant_id}/third-parties/{support_id}"


def _page(work: Work, grant_id: UUID, support_id: UUID, form: FormView) -> Response:
    row, found = support_row(work.session, grant_id, support_id), overview(work, grant_id)
    scope = grant_scope(work.session, grant_id)
    events = latest_about(work.session, support_id, MOST_EVENTS)
    inside = takes_part(work.actor, scope)
    return form_page(
        work,
        "beneficiary/third_party.html",
        form,
        labels=LABELS,
        row=row,
        found=found,
        inside=inside,
        base=f"/grants/{grant_id}" if inside else f"/officer/grants/{grant_id}",
        path=_path(grant_id, support_id),
        computed=row.exchange.computed if row.exchange is not None else None,
        evidence=file(work.session, row.evidence_id) if row.evidence_id is not None else None,
        names=names_of(work.session, [row.recorded_by, row.reversed_by]),
        changes=row.counts and any(one.partner_id == row.partner_id for one in found.recording),
        numbers=number_words(row),
        activity=found.activities.get(row.activity, ""),
        kinds=KINDS,
        states=STATES,
        country_name=country_name,
        events=shown_events(work, events),
    )

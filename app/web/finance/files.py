"""Files for the bank: which there are, and the bytes, as often as they are wanted."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.core.paging import Page, PageRequest
from app.delivery.files import file_answer
from app.delivery.payment_guards import reads_statements, sees_file
from app.delivery.unit_of_work import READ, Work, run
from app.payments.queries.statements import file_row, files_page
from app.payments.schemas import FileRow
from app.payments.use_cases.release_payments import MEDIA_TYPE
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.requests import Request_

router = APIRouter(prefix="/payments/files")
SPEC: ListSpec[FileRow] = ListSpec(
    columns=(
        Column("reference", "File", lambda row: row.reference, sortable=True),
        Column("payments", "Payments", lambda row: row.payments, align="right"),
        Column("control_sum", "Sum", lambda row: row.control_sum, align="right"),
        Column("paid", "Booked", lambda row: row.paid, align="right"),
        Column("failed", "Came back", lambda row: row.failed, only_export=True),
        Column("created_at", "Made", lambda row: row.created_at),
        Column("message_id", "Message", lambda row: row.message_id, only_export=True),
        Column("sha256", "SHA-256", lambda row: row.sha256, only_export=True),
    ),
    sort="-reference",
)


@router.get("")
def show(incoming: Request_) -> Response:
    """Files of which the person may see every payment, latest first. Accounting officers and auditors."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, SPEC)

        def fetch(request: PageRequest) -> Page[FileRow]:
            return files_page(work.session, work.actor, request, text=listing.q, descending=listing.descending)

        return answer_list(
            work,
            "finance/files.html",
            listing,
            fetch,
            name="files-for-the-bank",
            names_of=lambda rows: names_under_acts(work.session, [row.created_by for row in rows]),
        )

    return run(incoming, READ, reads_statements, answer)


@router.get("/{file_id:uuid}/download")
def download(incoming: Request_, file_id: UUID) -> Response:
    """The file as it was made, byte for byte. Accounting officers and auditors."""

    def answer(work: Work) -> Response:
        row = file_row(work.session, work.actor, file_id)
        return file_answer(incoming.runtime.files.get(row.sha256), f"{row.reference}.xml", media_type=MEDIA_TYPE)

    return run(incoming, READ, sees_file(file_id), answer)

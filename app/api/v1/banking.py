"""What goes to the bank and what it says: bank accounts, files with payments, statements and their lines."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.bank_shapes import (
    RecordedStatement,
    StatusReportDocument,
    StatusReportItem,
    received,
    report_document,
    report_item,
)
from app.api.paging import ItemsPage, Paging, items_page
from app.api.payment_shapes import (
    AccountItem,
    PaymentFileItem,
    account_item,
    file_item,
)
from app.api.requests import SECOND_STEP, Request_, Searched
from app.core.errors import RulesViolatedError
from app.delivery.bank import bank_of
from app.delivery.files import file_answer
from app.delivery.guards import stepped_up
from app.delivery.idempotency import once
from app.delivery.payment_guards import (
    decides_accounts,
    proposes_account,
    reads_statements,
    records_statements,
    releases_payments,
    sees_accounts,
    sees_file,
    sees_report,
)
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.payments.queries import accounts_of, accounts_page
from app.payments.queries.reports import report_row, reports_page
from app.payments.queries.statements import file_row, files_page
from app.payments.rules.lifecycle import AccountState
from app.payments.rules.status_files import read_message
from app.payments.schemas import (
    BankAccountToPropose,
    DecideAccount,
    ProposeAccount,
    ReleasePayments,
)
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.payments.use_cases.record_report import record_message
from app.payments.use_cases.release_payments import MEDIA_TYPE, release_payments

router = APIRouter(tags=["payments"])


async def _body(request: Request) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_body)]
_KINDS = (MEDIA_TYPE, "text/csv")
_STATEMENT = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _KINDS},
    }
}
_FILE = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "The file as it was made",
    }
}


@router.get("/bank-accounts")
def accounts(
    incoming: Request_, paging: Paging, q: Searched = "", state: AccountState | None = None
) -> ItemsPage[AccountItem]:
    """Accounts as they were given, the longest waiting first."""

    def answer(work: Work) -> ItemsPage[AccountItem]:
        found = accounts_page(work.session, paging, text=q.strip(), state=state)
        return items_page(found, lambda row: account_item(row, work.actor))

    return run(incoming, READ, sees_accounts, answer)


@router.post("/bank-accounts/{account_id}/decision", status_code=204, dependencies=[SECOND_STEP])
def decide(incoming: Request_, account_id: UUID, command: DecideAccount) -> None:
    """Validate an account that another person gave, which replaces the one before, or refuse it with a reason."""
    run(
        incoming,
        WRITE,
        stepped_up(decides_accounts),
        lambda work: decide_bank_account(work.session, work.actor, account_id, command, now=work.now),
    )


@router.get("/organisations/{organisation_id}/bank-accounts")
def accounts_of_organisation(incoming: Request_, organisation_id: UUID) -> list[AccountItem]:
    """Accounts that were given for an organisation, latest first. Its own people, and the office."""
    return run(
        incoming,
        READ,
        proposes_account(organisation_id),
        lambda work: [account_item(row, work.actor) for row in accounts_of(work.session, organisation_id)],
    )


@router.post("/organisations/{organisation_id}/bank-accounts", status_code=201, response_model=Made)
def propose(incoming: Request_, organisation_id: UUID, command: ProposeAccount) -> Response:
    """Give the account of an organisation; another person validates it. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        wanted = BankAccountToPropose(organisation_id=organisation_id, **command.values())
        made = propose_bank_account(work.session, work.actor, wanted, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": incoming.path})

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, proposes_account(organisation_id), lambda work: once(work, body, create))


@router.get("/payment-files")
def files(incoming: Request_, paging: Paging, q: Searched = "") -> ItemsPage[PaymentFileItem]:
    """Files for the bank of which you may see every payment, latest first."""

    def answer(work: Work) -> ItemsPage[PaymentFileItem]:
        return items_page(files_page(work.session, work.actor, paging, text=q.strip()), file_item)

    return run(incoming, READ, reads_statements, answer)


@router.post("/payment-files", status_code=201, response_model=Made, dependencies=[SECOND_STEP])
def release(incoming: Request_, command: ReleasePayments) -> Response:
    """Put authorised payments into one file, all or none. The same payments again give the same file."""

    def create(work: Work) -> Response:
        made = release_payments(work.session, work.actor, command, bank_of(incoming.runtime), now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"/api/v1/payment-files/{made}/content"})

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, stepped_up(releases_payments), lambda work: once(work, body, create))


@router.get("/payment-files/{file_id}/content", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def content(incoming: Request_, file_id: UUID) -> Response:
    """The file as it was made, byte for byte, as often as it is wanted."""

    def answer(work: Work) -> Response:
        row = file_row(work.session, work.actor, file_id)
        return file_answer(incoming.runtime.files.get(row.sha256), f"{row.reference}.xml", media_type=MEDIA_TYPE)

    return run(incoming, READ, sees_file(file_id), answer)


@router.post("/statements", openapi_extra=_STATEMENT)
def record(incoming: Request_, data: Content) -> RecordedStatement:
    """Record what the bank sent, as the body: a statement (camt.053 or CSV) or a status report (pain.002).

    Each line counts once; lines that fit a payment pay it. A report moves no money; ``report`` says what came of it.
    """
    run(incoming, READ, records_statements, lambda _work: None)
    message, findings = read_message(data)
    if findings:
        raise RulesViolatedError(findings)

    def write(work: Work) -> RecordedStatement:
        done = record_message(work.session, work.actor, message, now=work.now)
        return received(work.session, work.actor, done)

    return run(incoming, WRITE, records_statements, write)


@router.get("/status-reports")
def reports(incoming: Request_, paging: Paging) -> ItemsPage[StatusReportItem]:
    """Status reports of the bank that you may read, latest first."""

    def answer(work: Work) -> ItemsPage[StatusReportItem]:
        return items_page(reports_page(work.session, work.actor, paging), report_item)

    return run(incoming, READ, reads_statements, answer)


@router.get("/status-reports/{status_report_id}")
def report(incoming: Request_, status_report_id: UUID) -> StatusReportDocument:
    """One status report with what it says of each payment."""

    def answer(work: Work) -> StatusReportDocument:
        return report_document(work.session, report_row(work.session, work.actor, status_report_id))

    return run(incoming, READ, sees_report(status_report_id), answer)

"""Payments of a grant to third parties: figures, list, vouchers, exchanges, documents, reversals."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AfterValidator
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Request_, Searched, printable
from app.api.support_shapes import (
    ExchangeAmountItem,
    PaidElsewhereItem,
    SupportItem,
    SupportSummary,
    amount_shape,
    elsewhere_items,
    summary_shape,
    support_item,
)
from app.cascade.queries.figures import support_figures
from app.cascade.queries.payments import paid_elsewhere, support_page, support_row
from app.cascade.rules.support import SupportKind
from app.cascade.schemas import RecordExchange, RecordVoucher, ReverseSupport, SupportFilter
from app.cascade.use_cases.attach_evidence import attach_evidence
from app.cascade.use_cases.record_exchange import exchange_preview, record_exchange
from app.cascade.use_cases.record_voucher import record_voucher
from app.core.errors import NotFoundError
from app.delivery.cascade_guards import changes_support, records_support
from app.delivery.files import PDF, file_answer, pdf_to_store
from app.delivery.grant_guards import follows_grant, sees_grant
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import file
from app.reporting.use_cases.take_back_support import take_back_support

router = APIRouter(prefix="/grants/{grant_id}/third-parties", tags=["third parties"])


async def _body(request: Request) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_body)]
Filename = Annotated[str, Query(max_length=200, description="Name to keep"), AfterValidator(printable)]
_RAW = {"requestBody": {"required": True, "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}}
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The stored PDF"}}


def _wanted(
    q: Searched = "",
    kind: SupportKind | None = None,
    partner: UUID | None = None,
    reversed_: Annotated[bool | None, Query(alias="reversed")] = None,
) -> SupportFilter:
    return SupportFilter(q.strip(), kind, partner, reversed_)


@router.get("")
def find(
    incoming: Request_, grant_id: UUID, paging: Paging, wanted: Annotated[SupportFilter, Depends(_wanted)]
) -> ItemsPage[SupportItem]:
    """Payments, latest first. The consortium, its office and who follows the money."""
    return run(
        incoming,
        READ,
        sees_grant(grant_id),
        lambda work: items_page(support_page(work.session, grant_id, wanted, paging), support_item),
    )


@router.get("/summary")
def summary(incoming: Request_, grant_id: UUID) -> SupportSummary:
    """Budget, ceiling and targets; 422 before there is an agreement."""
    return run(
        incoming,
        READ,
        sees_grant(grant_id),
        lambda work: summary_shape(support_figures(work.session, work.actor, grant_id)),
    )


@router.get("/elsewhere")
def elsewhere(incoming: Request_, grant_id: UUID) -> list[PaidElsewhereItem]:
    """Recipients that another grant paid as well: possible double funding. The office and who follows the money."""
    return run(
        incoming,
        READ,
        follows_grant(grant_id),
        lambda work: elsewhere_items(paid_elsewhere(work.session, grant_id)),
    )


@router.post("/vouchers", status_code=201, response_model=Made)
def voucher(incoming: Request_, grant_id: UUID, command: RecordVoucher) -> Response:
    """Record what a partner paid for an activity of a third party. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        return _made(grant_id, record_voucher(work.session, work.actor, grant_id, command, now=work.now))

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, records_support(grant_id), lambda work: once(work, body, create))


@router.post("/exchanges", status_code=201, response_model=Made)
def exchange(incoming: Request_, grant_id: UUID, command: RecordExchange) -> Response:
    """Record the lump sum of a stay; the amount is computed. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        return _made(grant_id, record_exchange(work.session, work.actor, grant_id, command, now=work.now))

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, records_support(grant_id), lambda work: once(work, body, create))


@router.post("/exchanges/amount")
def exchange_amount(incoming: Request_, grant_id: UUID, command: RecordExchange) -> ExchangeAmountItem:
    """What the exchange would pay and why; nothing is stored, but it is asked by who may record it."""
    return run(incoming, WRITE, records_support(grant_id), lambda _work: amount_shape(exchange_preview(command)))


@router.get("/{support_id}")
def read(incoming: Request_, grant_id: UUID, support_id: UUID) -> SupportItem:
    """One payment."""
    return run(
        incoming,
        READ,
        sees_grant(grant_id),
        lambda work: support_item(support_row(work.session, grant_id, support_id)),
    )


@router.post("/{support_id}/reversal", status_code=204)
def reverse(incoming: Request_, grant_id: UUID, support_id: UUID, command: ReverseSupport) -> None:
    """Take the payment out of the count; it stays with its reason."""
    run(
        incoming,
        WRITE,
        changes_support(grant_id, support_id),
        lambda work: take_back_support(work.session, work.actor, grant_id, support_id, command, now=work.now),
    )


@router.put("/{support_id}/evidence", status_code=204, openapi_extra=_RAW)
def attach(  # what is sent, for which payment
    incoming: Request_, grant_id: UUID, support_id: UUID, content: Content, filename: Filename = "document.pdf"
) -> None:
    """Upload the document that proves the payment, or another in its place: the body is the PDF itself."""
    guard = changes_support(grant_id, support_id)
    run(incoming, READ, guard, lambda _work: None)
    stored = pdf_to_store(incoming.runtime.files, content, filename, place="file")
    run(
        incoming,
        WRITE,
        guard,
        lambda work: attach_evidence(work.session, work.actor, grant_id, support_id, stored, now=work.now),
    )


@router.get("/{support_id}/evidence", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def fetch(incoming: Request_, grant_id: UUID, support_id: UUID) -> Response:
    """The uploaded bytes."""

    def answer(work: Work) -> Response:
        found = support_row(work.session, grant_id, support_id).evidence_id
        stored = file(work.session, found) if found is not None else None
        if stored is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(stored.sha256), stored.filename)

    return run(incoming, READ, sees_grant(grant_id), answer)


def _made(grant_id: UUID, made: UUID) -> Response:
    location = f"/api/v1/grants/{grant_id}/third-parties/{made}"
    return JSONResponse({"id": str(made)}, 201, headers={"location": location})

"""Interest for late payments of a grant: what it comes to, asking for it, and handing it to the payment circuit."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.interest_shapes import InterestItem, interest_item
from app.api.requests import Request_
from app.core.commands import Euro
from app.delivery.idempotency import once
from app.delivery.reporting_guards import reports_for_grant, requests_payment, sees_reports
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.facts import day_of
from app.reporting.queries.late_payments import LateRow, late_payments
from app.reporting.rules.late_payment import InterestState
from app.reporting.schemas import AboutLatePayment
from app.reporting.use_cases.pay_interest import pay_interest
from app.reporting.use_cases.request_interest import request_interest

router = APIRouter(prefix="/grants/{grant_id}/late-interest", tags=["grants"])


class LatePaymentItem(BaseModel):
    """A payment that was booked late, and its interest."""

    payment_id: UUID
    payment: str
    amount: Euro
    due_on: date
    booked_on: date
    interest: InterestItem | None
    state: InterestState
    on_request: bool = Field(description="Whether it is paid only to who asks for it in time")
    request_until: date
    requested_on: date | None
    paying_id: UUID | None = Field(description="The payment of the interest, once it was initiated")


@router.get("")
def read(incoming: Request_, grant_id: UUID) -> list[LatePaymentItem]:
    """Payments of the grant that were booked late. The consortium, and who follows the grant."""

    def answer(work: Work) -> list[LatePaymentItem]:
        return [_item(row) for row in late_payments(work.session, grant_id, day_of(work.now))]

    return run(incoming, READ, sees_reports(grant_id), answer)


@router.post("/requests", status_code=204)
def ask(incoming: Request_, grant_id: UUID, command: AboutLatePayment) -> None:
    """Ask for interest that is paid on request only. The contact of the coordinator."""
    run(
        incoming,
        WRITE,
        reports_for_grant(grant_id),
        lambda work: request_interest(work.session, work.actor, grant_id, command, now=work.now),
    )


@router.post("/payments", status_code=201, response_model=Made)
def pay(incoming: Request_, grant_id: UUID, command: AboutLatePayment) -> Response:
    """Hand interest that is owed to the payment circuit. A programme or finance officer. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = pay_interest(work.session, work.actor, grant_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"/api/v1/payments/{made}"})

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, requests_payment(grant_id), lambda work: once(work, body, create))


def _item(row: LateRow) -> LatePaymentItem:
    late = row.late
    return LatePaymentItem(
        payment_id=row.payment.id,
        payment=row.payment.reference,
        amount=row.payment.amount,
        due_on=late.interest.due_on,
        booked_on=late.booked_on,
        interest=interest_item(late.interest),
        state=row.state,
        on_request=late.on_request,
        request_until=late.request_until,
        requested_on=late.requested_on,
        paying_id=row.paying_id,
    )

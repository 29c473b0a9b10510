"""Payments: the list and the circuit. Each office acts in its scope; no two steps are by one person."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from app.api.paging import ItemsPage, Paging, items_page
from app.api.payment_shapes import PaymentDocument, PaymentItem, payment_document, payment_item
from app.api.requests import SECOND_STEP, Request_, Searched
from app.applications.queries.office_calls import call_scope
from app.core.errors import NotFoundError
from app.core.periods import BRUSSELS
from app.delivery.guards import stepped_up
from app.delivery.payment_guards import acts_on_payment, follows_payments, sees_payment
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.use_cases.resubmit_grant_payment import resubmit_grant_payment
from app.payments.queries import payment_row, payments_page
from app.payments.queries.reports import statuses
from app.payments.rules.circuit import Act
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import FailPayment, GiveReason, PaymentFilter
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.report_missing import confirm_missing, find_payment, report_missing
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import resume_payment, suspend_payment
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.queries.interest import interest_of

router = APIRouter(prefix="/payments", tags=["payments"])


@router.get("")
def find(  # noqa: PLR0913, PLR0917  # the filters are the parameters
    incoming: Request_,
    paging: Paging,
    q: Searched = "",
    state: PaymentState | None = None,
    kind: PaymentKind | None = None,
    standing: Searched = "",
    call: Annotated[Searched, Query(description="Identifier of a call")] = "",
) -> ItemsPage[PaymentItem]:
    """Payments that you may see, the most urgent first; ``standing`` is mine, on_the_way, suspended or late."""

    def answer(work: Work) -> ItemsPage[PaymentItem]:
        today = work.now.astimezone(ZoneInfo(BRUSSELS)).date()
        scope = call_scope(work.session, call) if call else None
        if call and scope is None:
            raise NotFoundError("call")
        wanted = PaymentFilter(q.strip(), state, kind, standing, today, scope[0] if scope is not None else None)
        found = payments_page(work.session, work.actor, wanted, paging)
        return items_page(found, lambda row: payment_item(row, work.actor))

    return run(incoming, READ, follows_payments, answer)


@router.get("/{payment_id}")
def read(incoming: Request_, payment_id: UUID) -> PaymentDocument:
    """One payment, with what being late costs."""

    def answer(work: Work) -> PaymentDocument:
        row = payment_row(work.session, payment_id)
        today = work.now.astimezone(ZoneInfo(BRUSSELS)).date()
        told = statuses(work.session, payment_id=payment_id)
        return payment_document(row, work.actor, interest_of(work.session, row, today), told)

    return run(incoming, READ, sees_payment(payment_id), answer)


@router.post("/{payment_id}/verification", status_code=204)
def verify(incoming: Request_, payment_id: UUID) -> None:
    """The second step: a finance officer who did not initiate it."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.VERIFY),
        lambda work: verify_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/{payment_id}/authorisation", status_code=204, dependencies=[SECOND_STEP])
def authorise(incoming: Request_, payment_id: UUID) -> None:
    """The third step: an authorising officer who took neither of the two before."""
    run(
        incoming,
        WRITE,
        stepped_up(acts_on_payment(payment_id, Act.AUTHORISE)),
        lambda work: authorise_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/{payment_id}/return", status_code=204)
def send_back(incoming: Request_, payment_id: UUID, command: GiveReason) -> None:
    """Send it back to who initiated it, with the reason: the office whose turn it is."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.RETURN),
        lambda work: return_payment(work.session, work.actor, payment_id, command, now=work.now),
    )


@router.post("/{payment_id}/resubmission", status_code=204)
def resubmit(incoming: Request_, payment_id: UUID) -> None:
    """Send it on again after it was sent back."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.INITIATE),
        lambda work: resubmit_grant_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/{payment_id}/cancellation", status_code=204)
def cancel(incoming: Request_, payment_id: UUID, command: GiveReason) -> None:
    """Give it up, with the reason; its amount is free again."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.CANCEL),
        lambda work: cancel_payment(work.session, work.actor, payment_id, command, now=work.now),
    )


@router.post("/{payment_id}/suspension", status_code=204)
def suspend(incoming: Request_, payment_id: UUID, command: GiveReason) -> None:
    """Stop its time limit today, with the reason."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.SUSPEND),
        lambda work: suspend_payment(work.session, work.actor, payment_id, command, now=work.now),
    )


@router.post("/{payment_id}/resumption", status_code=204)
def resume(incoming: Request_, payment_id: UUID) -> None:
    """Let its time limit run again, later by the days that it stood."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.SUSPEND),
        lambda work: resume_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/{payment_id}/missing-report", status_code=204)
def missing(incoming: Request_, payment_id: UUID, command: GiveReason) -> None:
    """Report that the bank never paid it, with the reason. Its amount stays bound until another person confirms it."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.RECORD),
        lambda work: report_missing(work.session, work.actor, payment_id, command, now=work.now),
    )


@router.post("/{payment_id}/missing-confirmation", status_code=204, dependencies=[SECOND_STEP])
def confirm(incoming: Request_, payment_id: UUID) -> None:
    """Confirm that the bank never paid it: an authorising officer, or an accounting officer who did not report it."""
    run(
        incoming,
        WRITE,
        stepped_up(acts_on_payment(payment_id, Act.CONFIRM)),
        lambda work: confirm_missing(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/{payment_id}/missing-withdrawal", status_code=204)
def found(incoming: Request_, payment_id: UUID) -> None:
    """Take the report back: the payment is at the bank."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.CONFIRM),
        lambda work: find_payment(work.session, work.actor, payment_id, now=work.now),
    )


@router.post("/{payment_id}/failure", status_code=204)
def fail(incoming: Request_, payment_id: UUID, command: FailPayment) -> None:
    """Say that the bank sent back what it had booked; name the line with which the money came."""
    run(
        incoming,
        WRITE,
        acts_on_payment(payment_id, Act.RECORD),
        lambda work: fail_payment(work.session, work.actor, payment_id, command, now=work.now),
    )

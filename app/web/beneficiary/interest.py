"""Interest for late payments of a grant: the consortium asks for it, the office pays it; one page for both."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.guards import Guard
from app.delivery.reporting_guards import in_consortium, reports_for_grant, requests_payment, sees_reports
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.policies import works_for_grant
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_head, grant_scope
from app.infra.templates import translator
from app.ledger.policies import sees_money
from app.reporting.policies import requests_payments
from app.reporting.queries.late_payments import late_payments
from app.reporting.rules.late_payment import InterestState
from app.reporting.schemas import AboutLatePayment
from app.reporting.use_cases.pay_interest import pay_interest
from app.reporting.use_cases.request_interest import request_interest
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
PATH = "/grants/{grant_id:uuid}/interest"
STATES = {
    InterestState.ON_REQUEST: ("on request", "warn"),
    InterestState.LAPSED: ("not asked for", "neutral"),
    InterestState.DUE: ("owed", "warn"),
    InterestState.UNDER_WAY: ("on its way", "info"),
    InterestState.PAID: ("paid", "ok"),
}


@router.get(PATH)
def show(incoming: Request_, grant_id: UUID) -> Response:
    """Late payments with their interest. The consortium, and who follows the grant."""
    return run(incoming, READ, sees_reports(grant_id), lambda work: _page(work, grant_id, FormView()))


@router.post(PATH)
def ask(incoming: Request_, grant_id: UUID) -> Response:
    """Ask for interest that is paid on request only. The contact of the coordinator."""
    return _do(
        incoming,
        grant_id,
        reports_for_grant(grant_id),
        "interest-asked",
        lambda work: request_interest(
            work.session, work.actor, grant_id, command_from(incoming.form, AboutLatePayment), now=work.now
        ),
    )


@router.post(f"/officer{PATH}")
def pay(incoming: Request_, grant_id: UUID) -> Response:
    """Hand interest that is owed to the payment circuit. A programme or finance officer."""
    return _do(
        incoming,
        grant_id,
        requests_payment(grant_id),
        "payment-asked",
        lambda work: pay_interest(
            work.session, work.actor, grant_id, command_from(incoming.form, AboutLatePayment), now=work.now
        ),
    )


def _do(incoming: Request_, grant_id: UUID, guard: Guard, notice: str, use: Callable[[Work], object]) -> Response:
    def write(work: Work) -> Response:
        use(work)
        return redirect(f"/grants/{grant_id}/interest", notice=notice)

    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


def _page(work: Work, grant_id: UUID, form: FormView) -> Response:
    head, scope = grant_head(work.session, grant_id), grant_scope(work.session, grant_id)
    say = translator(work.known.language)
    office = not in_consortium(work.actor, scope)
    home = f"/officer/grants/{grant_id}" if office else f"/grants/{grant_id}"
    return form_page(
        work,
        "beneficiary/interest.html",
        form,
        grant_id=grant_id,
        rows=late_payments(work.session, grant_id, day_of(work.now)),
        trail=[(head.acronym, home), (say("Interest for late payment"), "")],
        acronym=head.acronym,
        states=STATES,
        asks=works_for_grant(work.actor, scope),
        pays=requests_payments(work.actor, scope),
        opens=sees_money(work.actor, scope.call_id, scope.programme_id),
    )

"""The bank account of an organisation, for its own people: give it, and see who must act next."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.delivery.payment_guards import proposes_account
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import translator
from app.organisations.queries import organisation
from app.payments.queries import accounts_of
from app.payments.rules.accounts import masked
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import BankAccountToPropose, ProposeAccount
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/organisations/{organisation_id:uuid}/bank-account")


@router.get("")
def show(incoming: Request_, organisation_id: UUID) -> Response:
    """The account that counts and the one that waits. The people of the organisation, and the office."""
    guard = proposes_account(organisation_id)
    return run(incoming, READ, guard, lambda work: _page(work, organisation_id, FormView()))


@router.post("")
def propose(incoming: Request_, organisation_id: UUID) -> Response:
    """Give an account; another person validates it. The people of the organisation, and the office."""

    def write(work: Work) -> Response:
        given = command_from(incoming.form, ProposeAccount)
        wanted = BankAccountToPropose(organisation_id=organisation_id, **given.values())
        propose_bank_account(work.session, work.actor, wanted, now=work.now)
        return redirect(f"/organisations/{organisation_id}/bank-account", notice="account-given")

    guard = proposes_account(organisation_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, organisation_id, form),
    )


def _page(work: Work, organisation_id: UUID, form: FormView) -> Response:
    known = organisation(work.session, organisation_id)
    if known is None:
        raise NotFoundError("organisation")
    every = accounts_of(work.session, organisation_id)
    say = translator(work.known.language)
    return form_page(
        work,
        "finance/organisation_account.html",
        form,
        organisation=known,
        validated=next((one for one in every if one.state is AccountState.VALIDATED), None),
        waiting=next((one for one in every if one.state is AccountState.PROPOSED), None),
        refused=every[0] if every and every[0].state is AccountState.REFUSED else None,
        masked=masked,
        trail=[(known.legal_name, f"/organisations/{organisation_id}"), (say("Bank account"), "")],
    )

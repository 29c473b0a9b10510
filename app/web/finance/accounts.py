"""Bank accounts of organisations: what waits to be validated, the old number beside the new one, and the decision."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.core.paging import Page, PageRequest
from app.delivery.guards import stepped_up
from app.delivery.payment_guards import decides_accounts, sees_accounts
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import translator
from app.payments import policies
from app.payments.queries import account_row, accounts_of, accounts_page
from app.payments.rules.accounts import differing, grouped
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import AccountRow, DecideAccount
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.payment_words import ACCOUNT_STATES
from app.web.requests import Request_
from app.web.words import options

router = APIRouter(prefix="/payments/accounts")
DECIDES = stepped_up(decides_accounts)
SPEC: ListSpec[AccountRow] = ListSpec(
    columns=(
        Column("organisation", "Organisation", lambda row: row.organisation, sortable=True),
        Column("holder", "Holder", lambda row: row.holder),
        Column("iban", "Account", lambda row: row.iban),
        Column("bic", "BIC", lambda row: row.bic, only_export=True),
        Column("bank", "Bank", lambda row: row.bank, only_export=True),
        Column("since", "Given", lambda row: row.proposed_at, sortable=True),
        Column("state", "State", lambda row: ACCOUNT_STATES[row.state]),
    ),
    filters=(Filter("state", "State", options(ACCOUNT_STATES)),),
    sort="-since",
)


@router.get("")
def show(incoming: Request_) -> Response:
    """Accounts as they were given, latest first. Who validates them, who authorises, and the auditor."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, SPEC)
        state = AccountState(listing.value("state")) if listing.value("state") else None

        def fetch(request: PageRequest) -> Page[AccountRow]:
            return accounts_page(
                work.session,
                request,
                text=listing.q,
                state=state,
                sort=listing.sort,
                descending=listing.descending,
            )

        return answer_list(work, "finance/accounts.html", listing, fetch, name="bank-accounts", grouped=grouped)

    return run(incoming, READ, sees_accounts, answer)


@router.get("/{account_id:uuid}")
def compare(incoming: Request_, account_id: UUID) -> Response:
    """One account beside the one that it would replace. The same people."""
    return run(incoming, READ, sees_accounts, lambda work: _page(work, account_id, FormView()))


@router.post("/{account_id:uuid}/decide")
def decide(incoming: Request_, account_id: UUID) -> Response:
    """Validate or refuse it, with a fresh second step. A finance or accounting officer who did not give it."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, DecideAccount)
        decide_bank_account(work.session, work.actor, account_id, command, now=work.now)
        notice = "account-validated" if command.validate_it else "account-refused"
        return redirect("/payments/accounts", notice=notice)

    return attempt(
        incoming,
        DECIDES,
        lambda: run(incoming, WRITE, DECIDES, write),
        lambda work, form: _page(work, account_id, form),
    )


def _page(work: Work, account_id: UUID, form: FormView) -> Response:
    account = account_row(work.session, account_id)
    every = accounts_of(work.session, account.organisation_id)
    before = next((one for one in every if one.state is AccountState.VALIDATED and one.id != account.id), None)
    say = translator(work.known.language)
    return form_page(
        work,
        "finance/account.html",
        form,
        account=account,
        before=before,
        digits=differing(before.iban if before is not None else "", account.iban),
        grouped=grouped,
        every=every,
        trail=[
            (say("Payments"), "/payments"),
            (say("Bank accounts"), "/payments/accounts"),
            (account.organisation, ""),
        ],
        names=names_of(work.session, [who for one in every for who in (one.proposed_by, one.decided_by)]),
        own=account.proposed_by in work.actor.persons,
        decides=policies.decides_accounts(work.actor) and account.state is AccountState.PROPOSED,
    )

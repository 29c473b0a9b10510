"""Payments that a person follows: what waits for whom, until when; and sending authorised ones to the bank."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.delivery.bank import bank_of
from app.delivery.guards import stepped_up
from app.delivery.payment_guards import follows_payments, releases_payments
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import translator
from app.payments import policies
from app.payments.queries import payments_page
from app.payments.queries.acting import standing_accounts
from app.payments.queries.claims import strays_of
from app.payments.queries.work import accounts_to_decide, payment_figures
from app.payments.rules.circuit import Act
from app.payments.rules.files import ToRelease, release_findings
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import MOST_CHOSEN, PaymentFilter, PaymentRow, ReleasePayments
from app.payments.use_cases.release_payments import release_payments
from app.reporting.queries.portfolio import calls_followed
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.payment_words import KINDS, STATES, time_left, today_of, whose_turn
from app.web.requests import Request_
from app.web.words import options

router = APIRouter(prefix="/payments")
STANDINGS = [("mine", "Waiting for me"), ("on_the_way", "On the way"), ("suspended", "Suspended"), ("late", "Late")]
RELEASES = stepped_up(releases_payments)


@router.get("")
def show(incoming: Request_) -> Response:
    """Payments with their state and time limit. Who follows money, each in its scope."""

    def answer(work: Work) -> Response:
        calls = {identifier: call_id for call_id, identifier in calls_followed(work.session, work.actor)}
        listing = Listing.read(incoming, _spec(work, tuple(calls)))
        state, kind = listing.value("state"), listing.value("kind")
        wanted = PaymentFilter(
            listing.q,
            PaymentState(state) if state else None,
            PaymentKind(kind) if kind else None,
            listing.value("standing"),
            today_of(work.now),
            calls.get(listing.value("call")),
        )

        def fetch(request: PageRequest) -> Page[PaymentRow]:
            return payments_page(
                work.session, work.actor, wanted, request, sort=listing.sort, descending=listing.descending
            )

        today, language = today_of(work.now), work.known.language
        return answer_list(
            work,
            "finance/payments.html",
            listing,
            fetch,
            name="payments",
            figures=payment_figures(work.session, work.actor, today=today),
            accounts=accounts_to_decide(work.session, work.actor),
            places=_places(work),
            time_of=lambda row: time_left(row, today, language),
            turn_of=lambda row: whose_turn(row, language),
            kinds=KINDS,
        )

    return run(incoming, READ, follows_payments, answer)


@router.get("/release")
def choose(incoming: Request_) -> Response:
    """Authorised payments, each with what stands in its way. An accounting officer."""
    return run(incoming, READ, RELEASES, lambda work: _release_page(work, FormView()))


@router.post("/release")
def release(incoming: Request_) -> Response:
    """Put the chosen payments into one file for the bank; the same choice again gives the same file."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, ReleasePayments, lists=("payment_ids",))
        release_payments(work.session, work.actor, command, bank_of(incoming.runtime), now=work.now)
        return redirect("/payments/files", notice="released")

    return attempt(incoming, RELEASES, lambda: run(incoming, WRITE, RELEASES, write), _release_page)


def _release_page(work: Work, form: FormView) -> Response:
    wanted = PaymentFilter(state=PaymentState.AUTHORISED)
    found = payments_page(work.session, work.actor, wanted, PageRequest(1, MOST_CHOSEN)).rows
    mine = [row for row in found if policies.may(work.actor, Act.RELEASE, row.call_id, row.programme_id)]
    standing = standing_accounts(work.session, [row.bank_account_id for row in mine])
    strays = strays_of(work.session, [row.claim_id for row in mine])
    today, language = today_of(work.now), work.known.language
    against: Mapping[UUID, list[str]] = {
        row.id: [
            shown(finding, language=language).text
            for finding in release_findings(
                [_facts(row, standing, strays.get(row.claim_id))], work.actor.persons, payer=True
            )
        ]
        for row in mine
    }
    return form_page(
        work,
        "finance/release.html",
        form,
        rows=mine,
        against=against,
        free=[row for row in mine if not against[row.id]],
        amount=Money.total(row.amount for row in mine if not against[row.id]),
        time_of=lambda row: time_left(row, today, language),
        names=names_under_acts(work.session, [row.authorised_by for row in mine]),
        kinds=KINDS,
    )


def _facts(row: PaymentRow, standing: Collection[UUID], paid_before: str | None) -> ToRelease:
    stands = row.bank_account_id in standing
    return ToRelease(row.id, row.reference, row.amount, row.state, row.circuit, row.suspended_on, stands, paid_before)


def _places(work: Work) -> list[tuple[str, str]]:
    """Pages beside the list that the person may open."""
    say, actor = translator(work.known.language), work.actor
    places = []
    if policies.records_statements(actor):
        places.append((say("Send to the bank"), "/payments/release"))
    if any(actor.has(role) for role in policies.STATEMENT_READERS):
        places += [(say("Files for the bank"), "/payments/files"), (say("Statements"), "/payments/statement")]
    if policies.sees_accounts(actor):
        places.append((say("Bank accounts"), "/payments/accounts"))
    return places


def _spec(work: Work, calls: Sequence[str]) -> ListSpec[PaymentRow]:
    today, language = today_of(work.now), work.known.language
    return ListSpec(
        columns=(
            Column("reference", "Payment", lambda row: row.reference, sortable=True),
            Column("subject", "Grant", lambda row: row.subject_reference, only_export=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("payee", "To", lambda row: row.payee, sortable=True),
            Column("kind", "Kind", lambda row: KINDS[row.kind], only_export=True),
            Column("amount", "Amount", lambda row: row.amount, align="right", sortable=True),
            Column("due_on", "Last day in time", lambda row: time_left(row, today, language).due_on, sortable=True),
            Column("left", "Time", lambda row: time_left(row, today, language).words, only_export=True),
            Column("turn", "Next", lambda row: whose_turn(row, language), only_export=True),
            Column("paid_on", "Paid on", lambda row: row.paid_on, only_export=True),
            Column("file", "File", lambda row: row.file, only_export=True),
            Column("state", "State", lambda row: STATES[row.state], sortable=True),
        ),
        filters=(
            Filter("standing", "Which", STANDINGS),
            Filter("state", "State", options(STATES)),
            Filter("kind", "Kind", options(KINDS)),
            Filter("call", "Call", [(call, call) for call in calls]),
        ),
        sort="due_on",
    )

"""The money of one call: key figures, each envelope, its commitments, and the journal of every entry."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.policies import follows_call
from app.applications.queries.office import call_figures
from app.applications.queries.office_calls import office_call
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.core.periods import BRUSSELS
from app.delivery.guards import sees_money
from app.delivery.unit_of_work import READ, Work, run
from app.grants.queries.awards import awarded_by_envelope
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grants_bound
from app.ledger import queries
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.schemas import CommitmentFilter, CommitmentRow, EntryFilter, EnvelopeRow, Standing
from app.payments.queries import in_payment_of_calls
from app.reporting.queries.portfolio import portfolio
from app.reporting.rules.portfolio import figures_of
from app.web.call_view.money import KeyFigures, Settled, chain_bars, envelope_bars, key_figures
from app.web.ledger_rows import JournalRow, journal_rows
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.requests import Request_
from app.web.trail_words import TRAILS
from app.web.words import ACCOUNTS, ENTRIES, STANDINGS, options

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/envelope")


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Figures, envelopes and commitments. The call's office and who handles its money."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        envelopes = queries.envelopes_of_call(work.session, call_id)
        listing = Listing.read(incoming, _commitments(envelopes))
        standing = listing.value("standing")
        wanted = CommitmentFilter(listing.q, listing.value("envelope"), Standing(standing) if standing else None)
        figures = _figures(work, call_id, envelopes)

        def fetch(request: PageRequest) -> Page[CommitmentRow]:
            return queries.commitments_page(
                work.session, call_id, wanted, request, sort=listing.sort, descending=listing.descending
            )

        return answer_list(
            work,
            "officer/envelope.html",
            listing,
            fetch,
            name=f"{call.identifier.lower()}-commitments",
            call=call,
            in_office=follows_call(work.actor, call.id, call.programme_id),
            envelopes=envelopes,
            figures=figures,
            chain=chain_bars(figures, work.known.language),
            trails=TRAILS,
            total=queries.pending_sum(work.session, call_id, wanted),
            in_payment=in_payment_of_calls(work.session, [call_id]).get(call_id, Money(0)),
            bars=envelope_bars(envelopes, work.known.language),
            grants_of=lambda rows: grants_bound(work.session, [row.id for row in rows]),
        )

    return run(incoming, READ, sees_money(call_id), answer)


@router.get("/entries")
def journal(incoming: Request_, call_id: UUID) -> Response:
    """Every entry with its postings, latest first. The call's office and who handles its money."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        envelopes = queries.envelopes_of_call(work.session, call_id)
        listing = Listing.read(incoming, _entries(envelopes))
        kind, account = listing.value("kind"), listing.value("account")
        wanted = EntryFilter(
            listing.q,
            listing.value("envelope"),
            EntryKind(kind) if kind else None,
            Account(account) if account else None,
        )

        def fetch(request: PageRequest) -> Page[JournalRow]:
            found = queries.entries_page(work.session, call_id, wanted, request, descending=listing.descending)
            names = names_of(work.session, [row.actor_id for row in found.rows])
            rows = journal_rows(found.rows, names, work.known.language)
            return Page(rows, found.total, found.number, found.size)

        return answer_list(
            work,
            "officer/envelope_entries.html",
            listing,
            fetch,
            name=f"{call.identifier.lower()}-entries",
            call=call,
            total=queries.entries_sum(work.session, call_id, wanted),
            in_office=follows_call(work.actor, call.id, call.programme_id),
        )

    return run(incoming, READ, sees_money(call_id), answer)


def _figures(work: Work, call_id: UUID, envelopes: Sequence[EnvelopeRow]) -> KeyFigures:
    """Balances from the ledger; what was pre-financed and accepted from the portfolio, whose rows stand behind it."""
    grants = figures_of(portfolio(work.session, work.actor, today=day_of(work.now), call_id=call_id))
    came_back = queries.entries_sum(work.session, call_id, EntryFilter(kind=EntryKind.RECOVER))
    return key_figures(
        envelopes,
        Settled(grants.prefinanced, grants.accepted, came_back),
        requested=call_figures(work.session, call_id, zone=BRUSSELS).requested,
        awarded=Money.total(awarded_by_envelope(work.session, call_id).values()),
    )


def _which(envelopes: Sequence[EnvelopeRow]) -> tuple[Filter, ...]:
    """The choice between several envelopes."""
    return (Filter("envelope", "Envelope", [(row.code, row.title) for row in envelopes]),) if envelopes[1:] else ()


def _commitments(envelopes: Sequence[EnvelopeRow]) -> ListSpec[CommitmentRow]:
    return ListSpec(
        columns=(
            Column("reference", "Award", lambda row: row.reference, sortable=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("envelope", "Envelope", lambda row: row.envelope, only_export=not envelopes[1:]),
            Column("amount", "Committed", lambda row: row.amount, align="right", sortable=True),
            Column("pending", "Pending", lambda row: row.pending, align="right", sortable=True),
            Column("paid", "Paid", lambda row: row.paid, align="right", sortable=True),
            Column("released", "Released", lambda row: row.released, align="right"),
            Column("committed_at", "Since", lambda row: row.committed_at, sortable=True),
        ),
        filters=(Filter("standing", "State", options(STANDINGS)), *_which(envelopes)),
        sort="-committed_at",
    )


def _entries(envelopes: Sequence[EnvelopeRow]) -> ListSpec[JournalRow]:
    return ListSpec(
        columns=(
            Column("what", "Entry", lambda row: row.what),
            Column("reference", "Reference", lambda row: row.entry.reference, only_export=True),
            Column("envelope", "Envelope", lambda row: row.entry.envelope, only_export=not envelopes[1:]),
            Column("source", "From", lambda row: row.source),
            Column("target", "To", lambda row: row.target),
            Column("amount", "Amount", lambda row: row.entry.amount, align="right", only_export=True),
            Column("who", "Who", lambda row: row.who),
            Column("when", "When", lambda row: row.entry.occurred_at, sortable=True),
            Column("reason", "Reason", lambda row: row.entry.reason, only_export=True),
            Column("key", "Key", lambda row: row.entry.key, only_export=True),
        ),
        filters=(
            Filter("kind", "Entry", options(ENTRIES)),
            Filter("account", "Account", options(ACCOUNTS)),
            *_which(envelopes),
        ),
        sort="-when",
    )

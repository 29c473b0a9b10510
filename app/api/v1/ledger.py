"""The money of a call: its envelopes, what is committed, and the journal. For its office and who handles its money."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.ledger_shapes import CommitmentItem, EntryItem, EnvelopeItem
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Identifier, Request_, Searched
from app.applications.queries.office_calls import call_scope
from app.core.errors import NotFoundError
from app.delivery.guards import sees_money
from app.delivery.unit_of_work import READ, Work, run
from app.ledger import queries
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.schemas import CommitmentFilter, EntryFilter, Standing

router = APIRouter(prefix="/calls/{identifier}", tags=["money"])

Code = Annotated[Searched, Query(description="Code of an envelope")]


@router.get("/envelopes")
def envelopes(incoming: Request_, identifier: Identifier) -> list[EnvelopeItem]:
    """What the call set aside, with the balances as of now; none before it is published or where it pays nothing."""

    def answer(work: Work) -> list[EnvelopeItem]:
        rows = queries.envelopes_of_call(work.session, _call_id(work, identifier))
        return [EnvelopeItem.model_validate(row) for row in rows]

    return run(incoming, READ, sees_money(identifier), answer)


@router.get("/commitments")
def commitments(  # the filters are the parameters
    incoming: Request_,
    identifier: Identifier,
    paging: Paging,
    q: Searched = "",
    envelope: Code = "",
    standing: Standing | None = None,
) -> ItemsPage[CommitmentItem]:
    """What is bound to awards, latest first."""
    wanted = CommitmentFilter(text=q.strip(), envelope=envelope, standing=standing)

    def answer(work: Work) -> ItemsPage[CommitmentItem]:
        found = queries.commitments_page(work.session, _call_id(work, identifier), wanted, paging)
        return items_page(found, CommitmentItem.model_validate)

    return run(incoming, READ, sees_money(identifier), answer)


@router.get("/entries")
def entries(  # noqa: PLR0913, PLR0917  # the filters are the parameters
    incoming: Request_,
    identifier: Identifier,
    paging: Paging,
    q: Searched = "",
    envelope: Code = "",
    kind: EntryKind | None = None,
    account: Account | None = None,
) -> ItemsPage[EntryItem]:
    """Every entry with its postings, latest first."""
    wanted = EntryFilter(text=q.strip(), envelope=envelope, kind=kind, account=account)

    def answer(work: Work) -> ItemsPage[EntryItem]:
        found = queries.entries_page(work.session, _call_id(work, identifier), wanted, paging)
        return items_page(found, EntryItem.model_validate)

    return run(incoming, READ, sees_money(identifier), answer)


def _call_id(work: Work, identifier: str) -> UUID:
    """The id of a call that the guard has seen."""
    scope = call_scope(work.session, identifier)
    if scope is None:
        raise NotFoundError("call")
    return scope[0]

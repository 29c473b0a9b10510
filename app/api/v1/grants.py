"""Grants: read them and their agreements, prepare as a party or as the coordinator."""

from uuid import UUID

from fastapi import APIRouter

from app.api.grant_shapes import (
    AgreementDocument,
    GrantDetails,
    GrantItem,
    PartyDeclaration,
    agreement_document,
    grant_details,
    grant_item,
)
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import SECOND_STEP, Identifier, Request_, Searched
from app.applications.queries.office_calls import call_scope
from app.core.errors import NotFoundError
from app.core.paging import Page
from app.delivery.award_guards import reads_awards
from app.delivery.grant_guards import binds_party, sees_grant, takes_part, works_for_grant
from app.delivery.guards import signed_in, stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.agreement import draft_record, record_of, signatures_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_head, parties_of, party_row
from app.grants.queries.listing import GrantFilter, GrantRow, grant_row, grants_page, of_call, of_person
from app.grants.rules.declaration import declaration_hash, declaration_text
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.standing import Acts
from app.grants.schemas import ConfirmData, DeclareForGrant, NamePartySignatory, ProposeDates
from app.grants.use_cases.confirm_data import confirm_data
from app.grants.use_cases.declare_for_grant import declare_for_grant
from app.grants.use_cases.name_party_signatory import name_party_signatory
from app.grants.use_cases.propose_dates import propose_dates
from app.grants.use_cases.send_preparation import send_preparation
from app.payments.queries import payments_of
from app.reporting.queries.portfolio import next_acts

router = APIRouter(tags=["grants"])


@router.get("/grants")
def mine(incoming: Request_, paging: Paging, q: Searched = "", state: GrantState | None = None) -> ItemsPage[GrantItem]:
    """Grants of one's consortia, and of organisations for which one speaks."""
    wanted = GrantFilter(q.strip(), state.value if state else "")

    def answer(work: Work) -> ItemsPage[GrantItem]:
        found = grants_page(work.session, of_person(work.actor), wanted, paging, today=day_of(work.now))
        return _with_acts(work, found)

    return run(incoming, READ, signed_in, answer)


@router.get("/calls/{identifier}/grants")
def of_a_call(
    incoming: Request_,
    identifier: Identifier,
    paging: Paging,
    q: Searched = "",
    state: GrantState | None = None,
    acts: Acts | None = None,
) -> ItemsPage[GrantItem]:
    """Grants of a call. Its office and who follows its money."""
    wanted = GrantFilter(q.strip(), state.value if state else "", acts.value if acts else "")

    def answer(work: Work) -> ItemsPage[GrantItem]:
        scope = call_scope(work.session, identifier)
        if scope is None:
            raise NotFoundError("call")
        found = grants_page(work.session, of_call(scope[0]), wanted, paging, today=day_of(work.now))
        return _with_acts(work, found)

    return run(incoming, READ, reads_awards(identifier), answer)


def _with_acts(work: Work, found: Page[GrantRow]) -> ItemsPage[GrantItem]:
    """The grants, each with what is next: three queries more."""
    today = day_of(work.now)
    acts = next_acts(work.session, [row.id for row in found.rows], today=today)
    return items_page(found, lambda row: grant_item(row, acts[row.id], today))


@router.get("/grants/{grant_id}")
def read(incoming: Request_, grant_id: UUID) -> GrantDetails:
    """One grant with its parties, signatures and payments."""

    def answer(work: Work) -> GrantDetails:
        row = grant_row(work.session, grant_id, today=day_of(work.now))
        signatures = signatures_of(work.session, grant_id, row.agreed_version) if row.agreed_version is not None else ()
        payments = payments_of(work.session, "grant", grant_id)
        act = next_acts(work.session, [grant_id], today=day_of(work.now))[grant_id]
        item = grant_item(row, act, day_of(work.now))
        return grant_details(item, parties_of(work.session, grant_id), signatures, payments)

    return run(incoming, READ, sees_grant(grant_id), answer)


@router.get("/grants/{grant_id}/agreement")
def agreement(incoming: Request_, grant_id: UUID) -> AgreementDocument:
    """The agreement in signature or in force; while it is prepared, as it would read now. 404 before dates are proposed."""

    def answer(work: Work) -> AgreementDocument:
        number = grant_head(work.session, grant_id).agreed_version
        if number is not None:
            return agreement_document(record_of(work.session, grant_id, number), frozen=True)
        draft = draft_record(work.session, grant_id)
        if draft is None:
            raise NotFoundError("agreement")
        return agreement_document(draft, frozen=False)

    return run(incoming, READ, sees_grant(grant_id), answer)


@router.put("/grants/{grant_id}/dates", status_code=204)
def dates(incoming: Request_, grant_id: UUID, command: ProposeDates) -> None:
    """Propose start and duration. The contact of the coordinator."""
    run(
        incoming,
        WRITE,
        works_for_grant(grant_id),
        lambda work: propose_dates(work.session, work.actor, grant_id, command, now=work.now),
    )


@router.get("/grants/{grant_id}/parties/{grant_partner_id}/declaration")
def declaration(incoming: Request_, grant_id: UUID, grant_partner_id: UUID) -> PartyDeclaration:
    """The words that a party declares, with their hash."""

    def answer(work: Work) -> PartyDeclaration:
        party = party_row(work.session, grant_id, grant_partner_id)
        text = declaration_text(party.name, grant_head(work.session, grant_id).reference)
        return PartyDeclaration(paragraphs=list(text), sha256=declaration_hash(text))

    return run(incoming, READ, takes_part(grant_id), answer)


@router.post("/grants/{grant_id}/parties/{grant_partner_id}/data", status_code=204)
def confirm(incoming: Request_, grant_id: UUID, grant_partner_id: UUID, command: ConfirmData) -> None:
    """Confirm the legal data of a party as they are in the version that was read. Who speaks for it."""
    run(
        incoming,
        WRITE,
        binds_party(grant_id, grant_partner_id),
        lambda work: confirm_data(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now),
    )


@router.post("/grants/{grant_id}/parties/{grant_partner_id}/declaration", status_code=204, dependencies=[SECOND_STEP])
def declare(incoming: Request_, grant_id: UUID, grant_partner_id: UUID, command: DeclareForGrant) -> None:
    """Sign the declaration of honour of a party. Who speaks for it."""
    run(
        incoming,
        WRITE,
        stepped_up(binds_party(grant_id, grant_partner_id)),
        lambda work: declare_for_grant(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now),
    )


@router.put("/grants/{grant_id}/parties/{grant_partner_id}/signatory", status_code=204, dependencies=[SECOND_STEP])
def name(incoming: Request_, grant_id: UUID, grant_partner_id: UUID, command: NamePartySignatory) -> None:
    """Name who signs for a party. The contact of the coordinator, with a fresh second step."""
    run(
        incoming,
        WRITE,
        stepped_up(works_for_grant(grant_id)),
        lambda work: name_party_signatory(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now),
    )


@router.post("/grants/{grant_id}/sending", status_code=204)
def send(incoming: Request_, grant_id: UUID) -> None:
    """Send the preparation to the managing body; 422 with everything that is missing. The contact of the coordinator."""
    run(
        incoming,
        WRITE,
        works_for_grant(grant_id),
        lambda work: send_preparation(work.session, work.actor, grant_id, now=work.now),
    )

"""One party of a grant in preparation: its legal data to confirm, its declaration to sign, its signatory to name."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import members_of, names_under_acts
from app.core.actor import Role, ScopeKind
from app.core.errors import NotFoundError
from app.delivery.grant_guards import binds_party, takes_part, works_for_grant
from app.delivery.guards import stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants import policies
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope, party_row
from app.grants.queries.listing import grant_row
from app.grants.rules.declaration import declaration_hash, declaration_text
from app.grants.schemas import ConfirmData, DeclareForGrant, NamePartySignatory
from app.grants.use_cases.confirm_data import confirm_data
from app.grants.use_cases.declare_for_grant import declare_for_grant
from app.grants.use_cases.name_party_signatory import name_party_signatory
from app.organisations.policies import may_change
from app.organisations.queries import organisation
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import FORMS, SME, TYPES, country_name

router = APIRouter(prefix="/grants/{grant_id:uuid}/preparation/parties/{grant_partner_id:uuid}")


@router.get("")
def show(incoming: Request_, grant_id: UUID, grant_partner_id: UUID) -> Response:
    """Data, declaration and signatory of one party. The consortium and who speaks for a party."""
    return run(incoming, READ, takes_part(grant_id), lambda work: _page(work, grant_id, grant_partner_id, FormView()))


@router.post("/data")
def confirm(incoming: Request_, grant_id: UUID, grant_partner_id: UUID) -> Response:
    """Confirm the legal data. Who speaks for the party."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, ConfirmData)
        confirm_data(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now)
        return redirect(_path(grant_id, grant_partner_id), notice="confirmed")

    guard = binds_party(grant_id, grant_partner_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, grant_partner_id, form),
    )


@router.post("/declaration")
def declare(incoming: Request_, grant_id: UUID, grant_partner_id: UUID) -> Response:
    """Sign the declaration of honour. Who speaks for the party, after the second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, DeclareForGrant)
        declare_for_grant(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now)
        return redirect(_path(grant_id, grant_partner_id), notice="declared")

    guard = stepped_up(binds_party(grant_id, grant_partner_id))
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, grant_partner_id, form),
    )


@router.post("/signatory")
def name(incoming: Request_, grant_id: UUID, grant_partner_id: UUID) -> Response:
    """Name who signs for the party. The contact of the coordinator, with a fresh second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, NamePartySignatory)
        name_party_signatory(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now)
        return redirect(_path(grant_id, grant_partner_id), notice="saved")

    guard = stepped_up(works_for_grant(grant_id))
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, grant_partner_id, form),
    )


def _path(grant_id: UUID, partner_id: UUID) -> str:
    return f"/grants/{grant_id}/preparation/parties/{partner_id}"


def _page(work: Work, grant_id: UUID, partner_id: UUID, form: FormView) -> Response:
    row = grant_row(work.session, grant_id, today=day_of(work.now))
    party, scope = party_row(work.session, grant_id, partner_id), grant_scope(work.session, grant_id)
    legal = organisation(work.session, party.organisation_id)
    if legal is None:
        raise NotFoundError("organisation")
    members = members_of(work.session, ScopeKind.ORGANISATION, party.organisation_id)
    text = declaration_text(party.name, row.reference)
    given = {"person_id": str(party.signatory_id or "")}
    return form_page(
        work,
        "beneficiary/party.html",
        form if form.violations else FormView.of(given),
        row=row,
        party=party,
        legal=legal,
        base=f"/grants/{grant_id}",
        path=_path(grant_id, partner_id),
        text=text,
        sha256=declaration_hash(text),
        names=names_under_acts(work.session, [party.declared_by]),
        signatories=[(str(one.person_id), one.name) for one in members if Role.SIGNATORY in one.roles],
        mine=policies.partner_of_grant(work.actor, scope, party.organisation_id, accepted_by=party.accepted_by),
        coordinates=policies.works_for_grant(work.actor, scope),
        may_correct=may_change(work.actor, party.organisation_id),
        editable=row.acts == "consortium",
        words={"type": TYPES, "form": FORMS, "sme": SME},
        country_name=country_name,
    )

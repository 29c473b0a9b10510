"""Sign the agreement for a party: the order of signatures, the hash that is signed, and the form for whose turn it is."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.grant_guards import binds_party, takes_part
from app.delivery.guards import stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.agreement import signatures_of, versions_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import parties_of
from app.grants.queries.listing import grant_row
from app.grants.queries.preparation import signed_of, signing_parties
from app.grants.rules.signing_order import next_to_sign, party_findings
from app.grants.schemas import SignAgreement
from app.grants.use_cases.sign_agreement import sign_for_party
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.grant_view.words import NEXT, STATES
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/sign")


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """Who signs next and what. The consortium and who speaks for a party, after the second step."""
    return run(incoming, READ, stepped_up(takes_part(grant_id)), lambda work: _page(work, grant_id, FormView()))


@router.post("/{grant_partner_id:uuid}")
def sign(incoming: Request_, grant_id: UUID, grant_partner_id: UUID) -> Response:
    """Sign for one party. Its mandated signatory, after the second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SignAgreement)
        sign_for_party(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now)
        return redirect(f"/grants/{grant_id}", notice="agreement-signed")

    guard = stepped_up(binds_party(grant_id, grant_partner_id))
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, grant_id, form),
    )


def _page(work: Work, grant_id: UUID, form: FormView) -> Response:
    row = grant_row(work.session, grant_id, today=day_of(work.now))
    parties, number = parties_of(work.session, grant_id), row.agreed_version
    order = signing_parties(parties)
    signed = signed_of(work.session, grant_id, number) if number is not None else frozenset()
    turn = next_to_sign(order, signed) if row.state == "signature" else ()
    mine = [party for party in parties if party.signatory_id == work.actor.person_id]
    language = work.known.language
    version = next((one for one in versions_of(work.session, grant_id) if one.number == number), None)
    opened_by = version.created_by if version is not None else None
    return form_page(
        work,
        "beneficiary/sign.html",
        form,
        row=row,
        base=f"/grants/{grant_id}",
        states=STATES,
        sentence=NEXT[row.acts],
        parties=parties,
        given={one.partner_id: one for one in signatures_of(work.session, grant_id, number)} if number else {},
        turn=turn,
        version=version,
        mine=[
            (
                party,
                [
                    shown(one, language=language).text
                    for one in party_findings(order, signed, party.partner_id, work.actor.person_id, opened_by)
                ],
            )
            for party in mine
        ],
    )

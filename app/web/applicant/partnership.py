"""The partnership: who takes part, what the call asks of the consortium, whom to ask next."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.policies import may_read_draft
from app.applications.queries import application_facts
from app.applications.queries.reading import sheets
from app.applications.rules.other_applications import participation_findings
from app.applications.use_cases.change_partnership import invite_to_application, remove_partner
from app.core.errors import NotFoundError
from app.core.paging import PageRequest
from app.delivery.guards import coordinates_application, removes_partner, signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.infra.templates import translator
from app.organisations.queries import OrganisationFilter, search
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.queries import open_invitations_for, partner_rows
from app.partnerships.rules.composition import composition_findings
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.rules.meters import composition_meters
from app.partnerships.schemas import InvitePartner, PartnerRow
from app.web.application_view.meters import composition_cards
from app.web.application_view.partners import ROLES, organisation_line, region_name, shown_partners
from app.web.application_view.shell import Shell, shell
from app.web.findings import shown
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
MOST_FOUND = 8
INVITABLE = (PartnerRole.PARTNER, PartnerRole.AFFILIATED, PartnerRole.ASSOCIATED)


@router.get("/applications/{application_id}/partnership")
def show(incoming: Request_, application_id: UUID) -> Response:
    """The partners and the limits of the call. Somebody who is only invited is led to the question."""

    def answer(work: Work) -> Response:
        if may_read_draft(work.actor, application_id):
            form = FormView.of({"role": PartnerRole.PARTNER.value, "q": work.incoming.query.get("q", "")[:200]})
            return _page(work, shell(work, application_id), form)
        mine = list(organisations_spoken_for(work.actor))
        for asked in open_invitations_for(work.session, mine, work.actor.email):
            if asked.partnership_id == application_id:
                return redirect(f"/applications/{application_id}/partners/{asked.id}/answer")
        raise NotFoundError("application")

    return run(incoming, READ, signed_in, answer)


@router.post("/applications/{application_id}/partners")
def invite(incoming: Request_, application_id: UUID) -> Response:
    """Ask an organisation, or a person by e-mail, to take part."""

    def create(work: Work) -> Response:
        wanted = command_from(incoming.form, InvitePartner)
        invite_to_application(work.session, work.actor, application_id, wanted, now=work.now)
        return redirect(f"/applications/{application_id}/partnership", notice="sent")

    guard = coordinates_application(application_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: _page(work, shell(work, application_id), form),
    )


@router.get("/applications/{application_id}/partners/{partner_id}/remove")
def confirm_removal(incoming: Request_, application_id: UUID, partner_id: UUID) -> Response:
    """What goes with the partner, before it goes."""
    return run(
        incoming,
        READ,
        removes_partner(application_id, partner_id),
        lambda work: _removal(work, application_id, partner_id, FormView()),
    )


@router.post("/applications/{application_id}/partners/{partner_id}/remove")
def remove(incoming: Request_, application_id: UUID, partner_id: UUID) -> Response:
    """Take it out, or leave."""

    def write(work: Work) -> Response:
        remove_partner(work.session, work.actor, application_id, partner_id, now=work.now)
        back = f"/applications/{application_id}/partnership"
        own = _partner(work, application_id, partner_id).organisation_id in organisations_spoken_for(work.actor)
        coordinates = shell(work, application_id).coordinates
        return redirect("/applications" if own and not coordinates else back, notice="done")

    guard = removes_partner(application_id, partner_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _removal(work, application_id, partner_id, form),
    )


def _page(work: Work, frame: Shell, form: FormView) -> Response:
    rules, language = frame.call.rules, work.known.language
    facts = application_facts(work.session, frame.head, rules)
    findings = (
        *composition_findings(rules, facts.strand, partners=facts.partners, in_lists=facts.in_lists),
        *participation_findings(rules, facts),
    )
    meters = composition_meters(rules, facts.strand, partners=facts.partners, in_lists=facts.in_lists)
    rows = partner_rows(work.session, frame.head.id)
    here, gone = shown_partners(rows, {one.partner_id: one for one in facts.partners}, language)
    asked = form.value("q").strip()
    taken = {row.organisation_id for row in rows if row.state in {PartnerState.INVITED, PartnerState.ACCEPTED}}
    found = search(work.session, OrganisationFilter(q=asked), PageRequest(1, MOST_FOUND)) if asked else None
    return form_page(
        work,
        "applicant/partnership.html",
        form,
        frame=frame,
        partners=here,
        gone=gone,
        cards=composition_cards(meters, findings, language),
        met=sum(meter.met for meter in meters),
        findings=[shown(one, "", language) for one in findings],
        asked=asked,
        found=[(one, organisation_line(one, language), one.id in taken) for one in found.rows] if found else [],
        more=found.total - len(found.rows) if found else 0,
        roles=[(role.value, translator(language)(ROLES[role.value])) for role in INVITABLE],
        mine=organisations_spoken_for(work.actor),
        key=new_id().hex,
        fragment="found",
    )


def _removal(work: Work, application_id: UUID, partner_id: UUID, form: FormView) -> Response:
    partner = _partner(work, application_id, partner_id)
    frame = shell(work, application_id)
    return form_page(
        work,
        "applicant/remove_partner.html",
        form,
        frame=frame,
        partner=partner,
        leaves=partner.organisation_id in organisations_spoken_for(work.actor) and not frame.coordinates,
        has_costs=partner_id in sheets(work.session, application_id),
        region=region_name(partner.region),
    )


def _partner(work: Work, application_id: UUID, partner_id: UUID) -> PartnerRow:
    for row in partner_rows(work.session, application_id):
        if row.id == partner_id:
            return row
    raise NotFoundError("partner")

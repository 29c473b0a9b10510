"""Who belongs to an organisation, and its registration on the cluster platform."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.use_cases.invite_person import withdraw_invitation
from app.delivery.guards import Guard, signed_in
from app.delivery.idempotency import once
from app.delivery.incoming import Incoming
from app.delivery.organisation_guards import invites_person, names_signatory
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.organisations.schemas import InviteMember, OrganisationView, RecordPlatformRegistration
from app.organisations.use_cases.add_member import invite_member
from app.organisations.use_cases.name_signatory import name_signatory
from app.organisations.use_cases.record_platform_registration import record_platform_registration
from app.organisations.use_cases.remove_member import remove_member
from app.web.applicant.organisations import changeable, view_page
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import PLATFORM, options

router = APIRouter()


@router.post("/organisations/{organisation_id}/members")
def invite(organisation_id: UUID, incoming: Request_) -> Response:
    """Ask somebody to join; with a fresh second step where they are to speak or sign for the organisation."""
    role = incoming.form.get("role") if incoming.form is not None else None
    guard = invites_person(organisation_id, str(role))

    def create(work: Work) -> Response:
        command = command_from(incoming.form, InviteMember)
        invite_member(work.session, work.actor, organisation_id, command, now=work.now)
        return redirect(f"/organisations/{organisation_id}", notice="sent")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: view_page(work, organisation_id, form),
    )


@router.post("/organisations/{organisation_id}/members/{person_id}/remove")
def remove(organisation_id: UUID, person_id: UUID, incoming: Request_) -> Response:
    """Let a person leave."""
    return _act(
        incoming,
        organisation_id,
        lambda work: remove_member(work.session, work.actor, organisation_id, person_id, now=work.now),
    )


@router.post("/organisations/{organisation_id}/members/{person_id}/signatory")
def signatory(organisation_id: UUID, person_id: UUID, incoming: Request_) -> Response:
    """Let a member sign for the organisation, with a fresh second step."""
    return _act(
        incoming,
        organisation_id,
        lambda work: name_signatory(work.session, work.actor, organisation_id, person_id, now=work.now),
        guard=names_signatory(organisation_id),
    )


@router.post("/organisations/{organisation_id}/invitations/{invitation_id}/withdraw")
def withdraw(organisation_id: UUID, invitation_id: UUID, incoming: Request_) -> Response:
    """Take an invitation into this organisation back."""
    return _act(
        incoming,
        organisation_id,
        lambda work: withdraw_invitation(work.session, work.actor, invitation_id, now=work.now),
    )


@router.get("/organisations/{organisation_id}/platform")
def show_platform(organisation_id: UUID, incoming: Request_) -> Response:
    """The form for the registration on the cluster platform."""

    def answer(work: Work) -> Response:
        found = changeable(work, organisation_id)
        given = {
            "state": found.platform_registration,
            "reference": found.platform_reference,
            "happened_on": found.platform_on,
            "note": found.platform_note,
        }
        return _platform_page(work, found, FormView.of(given))

    return run(incoming, READ, signed_in, answer)


@router.post("/organisations/{organisation_id}/platform")
def save_platform(organisation_id: UUID, incoming: Request_) -> Response:
    """Store the fact with its evidence."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, RecordPlatformRegistration)
        record_platform_registration(work.session, work.actor, organisation_id, command, now=work.now)
        return redirect(f"/organisations/{organisation_id}", notice="saved")

    return attempt(
        incoming,
        signed_in,
        lambda: run(incoming, WRITE, signed_in, write),
        lambda work, form: _platform_page(work, changeable(work, organisation_id), form),
    )


def _act(
    incoming: Incoming, organisation_id: UUID, change: Callable[[Work], object], guard: Guard = signed_in
) -> Response:
    def write(work: Work) -> Response:
        change(work)
        return redirect(f"/organisations/{organisation_id}", notice="done")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: view_page(work, organisation_id, form),
    )


def _platform_page(work: Work, found: OrganisationView, form: FormView) -> Response:
    return form_page(
        work,
        "organisations/platform.html",
        form,
        organisation=found,
        state_options=options(PLATFORM, work.known.language),
    )

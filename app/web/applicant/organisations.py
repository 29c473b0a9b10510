"""Organisations: mine, a new one, one of them, its details."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import invitations_of_scope, members_of
from app.core.actor import Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError
from app.delivery.guards import signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.infra.templates import translator
from app.organisations.policies import may_change, may_manage_people, may_see_people
from app.organisations.queries import organisation, organisations_of, region_facts
from app.organisations.schemas import OrganisationView, RegisterOrganisation, UpdateOrganisation
from app.organisations.use_cases.register_organisation import day_of, findings_of, register_organisation
from app.organisations.use_cases.update_organisation import update_organisation
from app.reference.queries import all_countries, regions
from app.web.findings import shown
from app.web.forms import FormView, attempt, body_of, command_from, form_page, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.sign_ins import local_path
from app.web.words import FORMS, PLATFORM, SME, TYPES, country_name, options, role_words

router = APIRouter()
_INVITED = (Role.MEMBER, Role.SIGNATORY, Role.REPRESENTATIVE)
"""Roles that the page of an organisation offers."""


@router.get("/organisations")
def mine(incoming: Request_) -> Response:
    """Organisations in which the person has a role."""

    def answer(work: Work) -> Response:
        if work.actor.person_id is None:
            raise SignInRequiredError
        rows = organisations_of(work.session, work.actor.person_id)
        return page(
            work, "organisations/mine.html", rows=rows, types=TYPES, country_name=country_name, role_words=role_words
        )

    return run(incoming, READ, signed_in, answer)


@router.get("/organisations/new")
def show_new(incoming: Request_) -> Response:
    """The form for an organisation that is not registered yet; ``next`` is where the person goes on afterwards."""
    first = {"sme": "unknown", "next": incoming.query.get("next", "")}
    return run(incoming, READ, signed_in, lambda work: _new_page(work, FormView.of(first)))


@router.post("/organisations")
def register(incoming: Request_) -> Response:
    """Register it; the person speaks for it from then on, and goes on with what they had begun."""
    to = (typed_in(incoming.form).get("next") or [""])[-1]

    def create(work: Work) -> Response:
        command = command_from(incoming.form, RegisterOrganisation, leave=("next",))
        made = register_organisation(work.session, work.actor, command, now=work.now)
        return redirect(local_path(to) if to else f"/organisations/{made}", notice="saved")

    return attempt(
        incoming,
        signed_in,
        lambda: run(incoming, WRITE, signed_in, lambda work: once(work, body_of(incoming.form), create)),
        _new_page,
    )


@router.get("/organisations/regions")
def narrow_regions(incoming: Request_) -> Response:
    """The regions of the chosen country, for the form; all of them where none is chosen."""

    def answer(work: Work) -> Response:
        query = work.incoming.query
        groups = region_groups(work.known.language, only=query.get("country", ""))
        return page(work, "organisations/regions.html", groups=groups, chosen=query.get("region", ""))

    return run(incoming, READ, signed_in, answer)


@router.get("/organisations/{organisation_id}")
def show(organisation_id: UUID, incoming: Request_) -> Response:
    """One organisation; its people and figures only for those whom they concern."""
    return run(incoming, READ, signed_in, lambda work: view_page(work, organisation_id, FormView()))


@router.get("/organisations/{organisation_id}/edit")
def show_edit(organisation_id: UUID, incoming: Request_) -> Response:
    """The form with the stored details."""

    def answer(work: Work) -> Response:
        found = changeable(work, organisation_id)
        return _edit_page(
            work, found, FormView.of({name: getattr(found, name) for name in RegisterOrganisation.model_fields})
        )

    return run(incoming, READ, signed_in, answer)


@router.post("/organisations/{organisation_id}/edit")
def save(organisation_id: UUID, incoming: Request_) -> Response:
    """Store the details, or show both texts where a colleague was first."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, UpdateOrganisation)
        update_organisation(work.session, work.actor, organisation_id, command, now=work.now)
        return redirect(f"/organisations/{organisation_id}", notice="saved")

    return attempt(
        incoming,
        signed_in,
        lambda: run(incoming, WRITE, signed_in, write),
        lambda work, form: _edit_page(work, changeable(work, organisation_id), form),
    )


def view_page(work: Work, organisation_id: UUID, form: FormView) -> Response:
    """The page of one organisation; ``form`` holds what was refused of the small forms on it."""
    found = organisation(work.session, organisation_id)
    if found is None:
        raise NotFoundError("organisation")
    if found.canonical_id is not None:
        return redirect(f"/organisations/{found.canonical_id}")
    inside = may_see_people(work.actor, organisation_id)
    today, say = day_of(work.now), translator(work.known.language)
    scope = (ScopeKind.ORGANISATION, organisation_id)
    return form_page(
        work,
        "organisations/view.html",
        form,
        organisation=found,
        region=region_facts(found.region, on=today),
        findings=[shown(each, language=work.known.language) for each in findings_of(found, on=today)],
        inside=inside,
        members=members_of(work.session, *scope) if inside else (),
        invitations=invitations_of_scope(work.session, *scope, now=work.now) if inside else (),
        may_change=may_change(work.actor, organisation_id),
        may_manage_people=may_manage_people(work.actor, organisation_id),
        own_id=work.actor.person_id,
        country=country_name(found.country, work.known.language),
        member_roles=[(role.value, say(role_words(role))) for role in _INVITED],
        role_words=role_words,
        key=str(new_id()),
        types=TYPES,
        forms=FORMS,
        sme=SME,
        platform=PLATFORM,
    )


def changeable(work: Work, organisation_id: UUID) -> OrganisationView:
    """The organisation that the person may change; raise NotFound or NotPermitted."""
    found = organisation(work.session, organisation_id)
    if found is None:
        raise NotFoundError("organisation")
    if not may_change(work.actor, organisation_id):
        raise NotPermittedError
    return found


def _new_page(work: Work, form: FormView) -> Response:
    back = form.value("next")
    cancel = local_path(back) if back else "/organisations"
    return form_page(work, "organisations/new.html", form, key=str(new_id()), cancel=cancel, **_choices(work))


def _edit_page(work: Work, found: OrganisationView, form: FormView) -> Response:
    version = form.version or found.version
    mine = {name: _said(name, form.value(name)) or _typed_day(form, name) for name in form.theirs}
    return form_page(
        work,
        "organisations/edit.html",
        form,
        organisation=found,
        version=version,
        mine=mine,
        theirs={name: _said(name, text) for name, text in form.theirs.items()},
        **_choices(work),
    )


def _said(name: str, text: str) -> str:
    """A value of a closed list in its words."""
    words: dict[str, Mapping[Any, str]] = {"organisation_type": TYPES, "legal_form": FORMS, "sme": SME}
    return words.get(name, {}).get(text, text)


def _typed_day(form: FormView, name: str) -> str:
    return "-".join(text for part in ("year", "month", "day") if (text := form.value(f"{name}-{part}")))


def region_groups(language: str, *, only: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Regions by the name of their country, of one country where ``only`` names it; countries without any are left out."""
    return [
        (each.name(language), [(row.code, f"{row.code} {row.name}") for row in found])
        for each in all_countries()
        if only in {"", each.code} and (found := regions(each.code))
    ]


def _choices(work: Work) -> dict[str, Any]:
    language, say = work.known.language, translator(work.known.language)
    return {
        "type_options": options(TYPES, language),
        "form_options": options(FORMS, language),
        "sme_options": [("yes", say("Yes")), ("no", say("No")), ("unknown", say("Not known"))],
        "country_options": [(row.code, row.name(language)) for row in all_countries()],
        "region_groups": region_groups(language),
    }

"""Organisations: find, read, register, change; who belongs to one."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from app.accounts.queries import members_of
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import SECOND_STEP, Request_, Searched
from app.core.actor import Role, ScopeKind
from app.core.commands import Euro
from app.core.errors import NotFoundError, NotPermittedError
from app.delivery.guards import signed_in
from app.delivery.idempotency import once
from app.delivery.organisation_guards import invites_person, names_signatory
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.organisations.policies import may_see_people
from app.organisations.queries import OrganisationFilter, organisation, region_facts, search
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus
from app.organisations.schemas import (
    InviteMember,
    OrganisationRow,
    RecordPlatformRegistration,
    RegisterOrganisation,
    UpdateOrganisation,
)
from app.organisations.use_cases.add_member import invite_member
from app.organisations.use_cases.name_signatory import name_signatory
from app.organisations.use_cases.record_platform_registration import record_platform_registration
from app.organisations.use_cases.register_organisation import day_of, register_organisation
from app.organisations.use_cases.remove_member import remove_member
from app.organisations.use_cases.update_organisation import update_organisation

router = APIRouter(prefix="/organisations", tags=["organisations"])


class OrganisationItem(BaseModel):
    """An organisation in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    legal_name: str
    short_name: str
    pic: str | None = None
    organisation_type: OrganisationType
    legal_form: LegalForm
    country: str = Field(description="Two letters as the EU writes them")
    region: str = Field(description="NUTS 2 code, empty where not given")
    city: str
    website: str
    sme: SmeStatus
    platform_registration: PlatformState


class Region(BaseModel):
    """A NUTS 2 region with its category in the period that holds today, or else in the latest known one."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    category: str = Field(description="Empty where not known: an officer decides")
    source: str
    confidence: str
    valid_from: date | None = Field(default=None, description="First day of the period of the category")
    valid_to: date | None = Field(default=None, description="Last day of the period; null where it is open")
    current: bool = Field(default=False, description="Whether the period holds today")


class OrganisationDocument(OrganisationItem):
    """One organisation. The figures are given only to its own people and to the office."""

    vat: str
    registration_number: str
    street: str
    postcode: str
    region_facts: Region | None = None
    headcount: int | None = None
    turnover: Euro | None = None
    balance_sheet: Euro | None = None
    figures_on: date | None = None
    platform_reference: str
    platform_on: date | None = None
    canonical_id: UUID | None = Field(None, description="The organisation into which this one was merged")
    created_at: datetime
    version: int


class Made(BaseModel):
    """What was made."""

    id: UUID


class Stored(BaseModel):
    """The version that is stored now."""

    version: int


class Member(BaseModel):
    """A person who belongs to an organisation."""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    name: str
    email: str
    roles: list[Role]


@router.get("")
def find(  # the filters are the parameters
    incoming: Request_,
    paging: Paging,
    q: Searched = "",
    country: Annotated[Searched, Query(max_length=2)] = "",
    organisation_type: OrganisationType | None = None,
    sme: SmeStatus | None = None,
) -> ItemsPage[OrganisationItem]:
    """Organisations by name, city or PIC, by country, type and size; the best match first."""
    wanted = OrganisationFilter(q=q.strip(), country=country.upper(), organisation_type=organisation_type, sme=sme)

    def answer(work: Work) -> ItemsPage[OrganisationItem]:
        return items_page(search(work.session, wanted, paging), _item)

    return run(incoming, READ, signed_in, answer)


@router.post("", status_code=201, response_model=Made)
def register(incoming: Request_, command: RegisterOrganisation) -> Response:
    """Register an organisation; you represent it from then on. Send an Idempotency-Key to be safe against repetition."""

    def create(work: Work) -> Response:
        made = register_organisation(work.session, work.actor, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"{incoming.path}/{made}"})

    return run(incoming, WRITE, signed_in, lambda work: once(work, command.model_dump_json().encode(), create))


@router.get("/{organisation_id}")
def read(organisation_id: UUID, incoming: Request_) -> OrganisationDocument:
    """One organisation."""
    return run(incoming, READ, signed_in, lambda work: _document(work, organisation_id))


@router.put("/{organisation_id}")
def update(organisation_id: UUID, incoming: Request_, command: UpdateOrganisation) -> Stored:
    """Change the details; ``version`` is the one that you read. 409 tells what a colleague stored in the meantime."""

    def write(work: Work) -> Stored:
        version = update_organisation(work.session, work.actor, organisation_id, command, now=work.now)
        return Stored(version=version)

    return run(incoming, WRITE, signed_in, write)


@router.put("/{organisation_id}/platform-registration", status_code=204)
def record_platform(organisation_id: UUID, incoming: Request_, command: RecordPlatformRegistration) -> None:
    """Say how far the registration on the cluster platform is, with evidence."""
    run(
        incoming,
        WRITE,
        signed_in,
        lambda work: record_platform_registration(work.session, work.actor, organisation_id, command, now=work.now),
    )


@router.get("/{organisation_id}/members")
def members(organisation_id: UUID, incoming: Request_) -> list[Member]:
    """Who belongs to the organisation; for its own people and the office."""

    def answer(work: Work) -> list[Member]:
        if organisation(work.session, organisation_id) is None:
            raise NotFoundError("organisation")
        if not may_see_people(work.actor, organisation_id):
            raise NotPermittedError
        found = members_of(work.session, ScopeKind.ORGANISATION, organisation_id)
        return [Member.model_validate(member) for member in found]

    return run(incoming, READ, signed_in, answer)


@router.post("/{organisation_id}/invitations", status_code=201, response_model=Made, dependencies=[SECOND_STEP])
def invite(organisation_id: UUID, incoming: Request_, command: InviteMember) -> Response:
    """Ask somebody by e-mail to join; a representative or signatory with a fresh second step."""
    guard = invites_person(organisation_id, command.role)

    def create(work: Work) -> Response:
        made = invite_member(work.session, work.actor, organisation_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.delete("/{organisation_id}/members/{person_id}", status_code=204)
def remove(organisation_id: UUID, person_id: UUID, incoming: Request_) -> None:
    """Let a person leave the organisation; never the last representative."""
    run(
        incoming,
        WRITE,
        signed_in,
        lambda work: remove_member(work.session, work.actor, organisation_id, person_id, now=work.now),
    )


@router.put("/{organisation_id}/members/{person_id}/signatory", status_code=204, dependencies=[SECOND_STEP])
def name(organisation_id: UUID, person_id: UUID, incoming: Request_) -> None:
    """Let a member sign for the organisation. Its representatives."""
    run(
        incoming,
        WRITE,
        names_signatory(organisation_id),
        lambda work: name_signatory(work.session, work.actor, organisation_id, person_id, now=work.now),
    )


def _item(row: OrganisationRow) -> OrganisationItem:
    return OrganisationItem.model_validate(row)


def _document(work: Work, organisation_id: UUID) -> OrganisationDocument:
    found = organisation(work.session, organisation_id)
    if found is None:
        raise NotFoundError("organisation")
    inside = may_see_people(work.actor, organisation_id)
    hidden: dict[str, Any] = {} if inside else dict.fromkeys(("headcount", "turnover", "balance_sheet", "figures_on"))
    region = region_facts(found.region, on=day_of(work.now))
    document = OrganisationDocument.model_validate(found)
    return document.model_copy(update={"region_facts": Region.model_validate(region) if region else None, **hidden})

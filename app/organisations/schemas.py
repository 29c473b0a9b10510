"""Commands of organisations and the rows that its queries return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from app.accounts.schemas import Email
from app.core.actor import Role
from app.core.commands import Command, EmptyIsNone, Euro, Line, Text
from app.core.money import Money
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus
from app.organisations.rules.vat import compact_vat
from app.reference.rules.codes import country_code, region_code

MOST_STAFF = 10_000_000


def _pic(value: object) -> object:
    """A PIC is often copied in groups of three digits."""
    if not isinstance(value, str):
        return value
    digits = "".join(value.split())
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) == 9):  # noqa: PLR2004  # the length of a PIC
        raise ValueError("A PIC has nine digits, for example 999 999 999.")
    return digits or None


def _website(value: str) -> str:
    if not value:
        return value
    address = value if "://" in value else f"https://{value}"
    scheme, _, rest = address.partition("://")
    if scheme.lower() not in {"http", "https"} or "." not in rest or any(sign.isspace() for sign in rest):
        raise ValueError("Enter the address of a website, for example https://www.example.org.")
    return address


Pic = Annotated[Annotated[str, StringConstraints(max_length=9)] | None, BeforeValidator(_pic)]
Country = Annotated[str, StringConstraints(min_length=2, max_length=2, to_upper=True), AfterValidator(country_code)]
Region = Annotated[str, StringConstraints(max_length=5, to_upper=True), AfterValidator(region_code)]
Vat = Annotated[str, StringConstraints(max_length=40), AfterValidator(compact_vat)]
Website = Annotated[str, StringConstraints(max_length=300), AfterValidator(_website)]
Staff = Annotated[Annotated[int, Field(ge=0, le=MOST_STAFF)] | None, EmptyIsNone]
OptionalEuro = Annotated[Euro | None, EmptyIsNone]
OptionalDay = Annotated[date | None, EmptyIsNone]


class RegisterOrganisation(Command):
    """Describe an organisation that is not registered yet."""

    legal_name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    short_name: Annotated[str, StringConstraints(max_length=60)] = ""
    pic: Pic = Field(None, description="Participant identification code, nine digits")
    vat: Vat = ""
    registration_number: Annotated[str, StringConstraints(max_length=60)] = ""
    organisation_type: OrganisationType
    legal_form: LegalForm
    country: Country = Field(description="Two letters as the EU writes them; ISO codes are understood")
    region: Region = Field("", description="NUTS 2 code")
    street: Line = ""
    postcode: Annotated[str, StringConstraints(max_length=20)] = ""
    city: Annotated[str, StringConstraints(max_length=100)] = ""
    website: Website = ""
    sme: SmeStatus = SmeStatus.UNKNOWN
    headcount: Staff = Field(None, description="Staff in annual work units")
    turnover: OptionalEuro = None
    balance_sheet: OptionalEuro = None
    figures_on: OptionalDay = Field(None, description="Day on which the year of the figures was closed")


class UpdateOrganisation(RegisterOrganisation):
    """Describe it anew; ``version`` is the one that was read."""

    version: int = Field(ge=1, le=2**31 - 1)


class RecordPlatformRegistration(Command):
    """Say how far the registration on the European cluster platform is, with evidence."""

    state: PlatformState
    reference: Annotated[str, StringConstraints(max_length=300)] = ""
    happened_on: OptionalDay = None
    note: Text = ""


class InviteMember(Command):
    """Ask somebody by e-mail to join the organisation here."""

    email: Email
    role: Literal[Role.REPRESENTATIVE, Role.SIGNATORY, Role.MEMBER]


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation as lists show it; ``roles`` are the asker's, where a list is about them."""

    id: UUID
    legal_name: str
    short_name: str
    pic: str | None
    organisation_type: OrganisationType
    legal_form: LegalForm
    country: str
    region: str
    city: str
    website: str
    sme: SmeStatus
    platform_registration: PlatformState
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """Everything that is stored about one organisation."""

    id: UUID
    legal_name: str
    short_name: str
    pic: str | None
    vat: str
    registration_number: str
    organisation_type: OrganisationType
    legal_form: LegalForm
    country: str
    region: str
    street: str
    postcode: str
    city: str
    website: str
    sme: SmeStatus
    headcount: int | None
    turnover: Money | None
    balance_sheet: Money | None
    figures_on: date | None
    platform_registration: PlatformState
    platform_reference: str
    platform_on: date | None
    platform_note: str
    platform_recorded_at: datetime | None
    platform_recorded_by: str
    canonical_id: UUID | None
    created_at: datetime
    version: int

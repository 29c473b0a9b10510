"""Closed lists in words, for pages and files."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from app.core.actor import Role
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.schemas import Standing
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus
from app.reference.queries import country

Value = TypeVar("Value", bound=StrEnum)

_ROLES = {Role.REPRESENTATIVE: "Organisation representative", Role.MEMBER: "Organisation member"}
TYPES = {
    OrganisationType.CLUSTER_ORGANISATION: "Cluster organisation",
    OrganisationType.BUSINESS_NETWORK_ORGANISATION: "Business network organisation",
    OrganisationType.SME: "Small or medium-sized enterprise",
    OrganisationType.LARGE_COMPANY: "Large company",
    OrganisationType.RESEARCH_ORGANISATION: "Research organisation",
    OrganisationType.TECHNOLOGY_CENTRE: "Technology centre",
    OrganisationType.HIGHER_EDUCATION: "Higher education",
    OrganisationType.PUBLIC_AUTHORITY: "Public authority",
    OrganisationType.CHAMBER_OF_COMMERCE: "Chamber of commerce",
    OrganisationType.BUSINESS_SUPPORT_ORGANISATION: "Business support organisation",
    OrganisationType.INTERNATIONAL_ORGANISATION: "International organisation",
    OrganisationType.OTHER: "Other",
}
FORMS = {
    LegalForm.FOR_PROFIT: "For profit",
    LegalForm.NON_PROFIT: "Not for profit",
    LegalForm.PUBLIC_BODY: "Public body",
}
SME = {SmeStatus.YES: "SME", SmeStatus.NO: "Not an SME", SmeStatus.UNKNOWN: "Not known"}
PLATFORM = {
    PlatformState.NONE: "Not registered",
    PlatformState.REQUESTED: "Registration requested",
    PlatformState.REGISTERED: "Registered",
}
ACCOUNTS = {
    Account.APPROPRIATION: "Appropriation",
    Account.AVAILABLE: "Left",
    Account.COMMITTED: "Committed",
    Account.PAID: "Paid",
}
ENTRIES = {
    EntryKind.APPROPRIATE: "Set aside",
    EntryKind.REDUCE: "Taken back",
    EntryKind.COMMIT: "Committed",
    EntryKind.RELEASE: "Released",
    EntryKind.PAY: "Paid",
    EntryKind.RECOVER: "Came back",
}
STANDINGS = {Standing.PENDING: "Something pending", Standing.SETTLED: "Paid or released"}

FIELDS = {
    "name": "Name",
    "email": "E-mail address",
    "password": "Password",
    "current_password": "Present password",
    "language": "Language",
    "zone": "Time zone",
    "role": "Role",
    "scope": "Where it counts",
    "scope_id": "For which one",
    "scopes": "What the program may do",
    "days": "How long it works",
    "legal_name": "Legal name",
    "short_name": "Short name",
    "pic": "PIC",
    "vat": "VAT number",
    "registration_number": "Registration number",
    "organisation_type": "Type",
    "legal_form": "Legal form",
    "country": "Country",
    "region": "Region",
    "street": "Street and number",
    "postcode": "Postcode",
    "city": "City",
    "website": "Website",
    "sme": "Small or medium-sized enterprise",
    "headcount": "Staff",
    "turnover": "Turnover",
    "balance_sheet": "Balance sheet total",
    "figures_on": "Day on which the year was closed",
    "state": "State",
    "reference": "Address of the profile",
    "holder": "Holder of the account",
    "iban": "IBAN",
    "bic": "BIC",
    "statement": "Statement",
    "line_id": "Line of the statement",
    "payment_ids": "Payments",
    "decision": "Decision",
    "validate_it": "Decision on the account",
    "reason": "Reason",
    "amount": "Amount",
    "verdict": "Decision",
    "happened_on": "Day of the request or of the registration",
}
"""Labels of the fields, for findings that are listed above a form."""


def role_words(role: Role) -> str:
    """A role as people call it."""
    return _ROLES.get(role, role.value.replace("_", " ").capitalize())


def options(words: Mapping[Value, str]) -> list[tuple[str, str]]:
    """Words of a closed list as options of a field."""
    return [(value.value, text) for value, text in words.items()]


def country_name(code: str, language: str = "en") -> str:
    """Name of a country, its code where it is not known."""
    found = country(code)
    return found.name(language) if found else code

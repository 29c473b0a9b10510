"""What the rules know of a partner: taken from rows by the caller, never looked up here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState
from app.partnerships.rules.lifecycle import PartnerState
from app.reference.schemas import RegionCategory


class PartnerRole(StrEnum):
    """What an organisation is in a consortium."""

    COORDINATOR = "coordinator"
    PARTNER = "partner"
    AFFILIATED = "affiliated"
    ASSOCIATED = "associated"

    @property
    def is_beneficiary(self) -> bool:
        """Whether it signs the grant: only beneficiaries count towards minimum numbers."""
        return self in {PartnerRole.COORDINATOR, PartnerRole.PARTNER}

    @property
    def has_budget(self) -> bool:
        """Whether it may have costs: everybody but associated partners, who get no money."""
        return self is not PartnerRole.ASSOCIATED


Registration = PlatformState
"""Whether an organisation has a profile on the cluster platform."""


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """One organisation in a consortium.

    ``country`` is the EU code of the seat, ``region`` its NUTS 2 code or an empty text,
    ``region_category`` None where the category is not known; ``sme`` None where nobody has
    said. Organisations with one non-empty ``group`` depend on each other (common control).
    """

    partner_id: UUID
    organisation_id: UUID
    name: str
    role: PartnerRole
    country: str
    region: str = ""
    region_category: RegionCategory | None = None
    organisation_type: OrganisationType = OrganisationType.OTHER
    legal_form: LegalForm | None = None
    sme: bool | None = None
    registration: PlatformState = PlatformState.NONE
    state: PartnerState = PartnerState.ACCEPTED
    group: str = ""

    @property
    def takes_part(self) -> bool:
        """Whether it has accepted and not gone."""
        return self.state is PartnerState.ACCEPTED

    @property
    def counts(self) -> bool:
        """Whether it counts towards minimum numbers."""
        return self.takes_part and self.role.is_beneficiary


def applicants(partners: tuple[PartnerFacts, ...]) -> tuple[PartnerFacts, ...]:
    """The beneficiaries that have accepted: those whom conditions of eligibility look at."""
    return tuple(partner for partner in partners if partner.counts)


def awaited(partners: tuple[PartnerFacts, ...]) -> tuple[PartnerFacts, ...]:
    """Beneficiaries that were invited and have not answered."""
    return tuple(p for p in partners if p.role.is_beneficiary and p.state is PartnerState.INVITED)

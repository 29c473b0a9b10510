"""Partners in words, for the partnership page and the rows of the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.infra.templates import translator
from app.partnerships.rules.lifecycle import PartnerState
from app.reference import queries as reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from app.organisations.schemas import OrganisationRow
    from app.partnerships.rules.facts import PartnerFacts
    from app.partnerships.schemas import PartnerRow

ROLES = {
    "coordinator": "coordinator",
    "partner": "partner",
    "affiliated": "affiliated entity",
    "associated": "associated partner",
}
STATES = {
    PartnerState.INVITED: ("invited", "info"),
    PartnerState.ACCEPTED: ("takes part", "ok"),
    PartnerState.DECLINED: ("declined", "bad"),
    PartnerState.LEFT: ("left", "neutral"),
    PartnerState.REMOVED: ("removed", "neutral"),
}
"""State of an invitation to its words (msgids) and the look of its tag."""


@dataclass(frozen=True, slots=True)
class ShownPartner:
    """One row of the partnership page."""

    id: UUID
    name: str
    kind: str
    role: str
    country: str
    region: str
    category: str
    state: PartnerState
    state_words: str
    look: str
    organisation_id: UUID | None
    platform: str


def shown_partners(
    rows: Sequence[PartnerRow], facts: Mapping[UUID, PartnerFacts], language: str
) -> tuple[list[ShownPartner], list[ShownPartner]]:
    """Who takes part or is asked, and who no longer does."""
    shown = [_shown(row, facts[row.id], language) for row in rows]
    here = {PartnerState.INVITED, PartnerState.ACCEPTED}
    return [one for one in shown if one.state in here], [one for one in shown if one.state not in here]


def _shown(row: PartnerRow, facts: PartnerFacts, language: str) -> ShownPartner:
    words = translator(language)
    state_words, look = STATES[row.state]
    known = row.organisation_id is not None
    return ShownPartner(
        id=row.id,
        name=row.name,
        kind=words(facts.organisation_type.replace("_", " ")) if known else words("invited by e-mail"),
        role=words(ROLES[row.role.value]),
        country=country_name(row.country, language),
        region=region_name(row.region),
        category=words(category_words(facts)) if known else "",
        state=row.state,
        state_words=words(state_words),
        look=look,
        organisation_id=row.organisation_id,
        platform=words(_PLATFORM[facts.registration.value]) if known else "",
    )


_NOT_KNOWN = "category not known: an officer decides"
_PLATFORM = {
    "registered": "on the cluster platform",
    "requested": "registration on the cluster platform requested",
    "none": "not on the cluster platform",
}


def partner_line(partner: PartnerFacts, language: str) -> str:
    """``coordinator · PT · less developed region``."""
    words = translator(language)
    parts = [words(ROLES[partner.role.value]), partner.country]
    if partner.region_category:
        parts.append(words(category_words(partner)))
    return " · ".join(part for part in parts if part)


def category_words(partner: PartnerFacts) -> str:
    """The region's category (a msgid); honest where it is not known."""
    if partner.region_category is None:
        return _NOT_KNOWN
    return f"{partner.region_category.value.replace('_', ' ')} region"


def country_name(code: str, language: str) -> str:
    """The name of a country, or its code where the reference data has none."""
    found = reference.country(code) if code else None
    return found.name(language) if found else code


def region_name(code: str) -> str:
    """``Norte (PT11)``, or the code alone."""
    found = reference.region(code) if code else None
    return f"{found.name} ({code})" if found else code


def organisation_line(organisation: OrganisationRow, language: str) -> str:
    """``cluster organisation · Porto, Portugal · Norte (PT11)``."""
    words = translator(language)
    place = ", ".join(part for part in (organisation.city, country_name(organisation.country, language)) if part)
    parts = [words(organisation.organisation_type.replace("_", " ")), place, region_name(organisation.region)]
    return " · ".join(part for part in parts if part)

"""The closed lists that describe an organisation. A call names these values in its eligibility rules."""

from __future__ import annotations

from enum import StrEnum


class OrganisationType(StrEnum):
    """What an organisation is in the eyes of a call."""

    CLUSTER_ORGANISATION = "cluster_organisation"
    BUSINESS_NETWORK_ORGANISATION = "business_network_organisation"
    SME = "sme"
    LARGE_COMPANY = "large_company"
    RESEARCH_ORGANISATION = "research_organisation"
    TECHNOLOGY_CENTRE = "technology_centre"
    HIGHER_EDUCATION = "higher_education"
    PUBLIC_AUTHORITY = "public_authority"
    CHAMBER_OF_COMMERCE = "chamber_of_commerce"
    BUSINESS_SUPPORT_ORGANISATION = "business_support_organisation"
    INTERNATIONAL_ORGANISATION = "international_organisation"
    OTHER = "other"


class LegalForm(StrEnum):
    """On what footing it works; funding rates may differ by it."""

    FOR_PROFIT = "for_profit"
    NON_PROFIT = "non_profit"
    PUBLIC_BODY = "public_body"


class SmeStatus(StrEnum):
    """Whether it is a small or medium-sized enterprise, as far as known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class PlatformState(StrEnum):
    """Its registration on the European cluster platform."""

    NONE = "none"
    REQUESTED = "requested"
    REGISTERED = "registered"

"""Whether the details of an organisation fit together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.money import Money
from app.core.violations import Violation
from app.organisations.rules.sme_status import check_declared, sme_status
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus
from app.organisations.rules.vat import check_vat


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What reference data say about the country and the region that were given, on the day of the check."""

    country_known: bool
    member_state: bool
    region_country: str | None
    """Country of the region; None for a region that is not known or not given."""


@dataclass(frozen=True, slots=True)
class Details:
    """What the rules look at."""

    organisation_type: OrganisationType
    legal_form: LegalForm
    country: str
    region: str
    vat: str
    sme: SmeStatus
    headcount: int | None
    turnover: Money | None
    balance_sheet: Money | None
    figures_on: date | None


_ENTERPRISES = frozenset({OrganisationType.SME, OrganisationType.LARGE_COMPANY})


def check_details(details: Details, around: Surroundings, *, on: date) -> tuple[Violation, ...]:
    """Everything that does not fit, places being field names; ``on`` is the day of the check in Brussels."""
    return (
        *_place(details, around),
        *(check_vat(details.country, details.vat, member_state=around.member_state) if around.country_known else ()),
        *_form(details),
        *_figures(details, on),
    )


def _place(details: Details, around: Surroundings) -> tuple[Violation, ...]:
    found = []
    if not around.country_known:
        found.append(Violation("organisation.country", "Choose a country from the list.", "country"))
    if details.region and around.region_country is None:
        found.append(
            Violation(
                "organisation.region",
                "{region} is not a NUTS 2 region. Choose one from the list.",
                "region",
                {"region": details.region},
            )
        )
    elif details.region and around.region_country != details.country:
        found.append(
            Violation(
                "organisation.region_elsewhere",
                "The region {region} lies in {there}, the organisation in {country}.",
                "region",
                {"region": details.region, "there": around.region_country or "", "country": details.country},
                cure="Choose a region of the country.",
            )
        )
    return tuple(found)


def _form(details: Details) -> tuple[Violation, ...]:
    public = details.organisation_type is OrganisationType.PUBLIC_AUTHORITY
    if public and details.legal_form is not LegalForm.PUBLIC_BODY:
        return (
            Violation(
                "organisation.public_authority_form", "A public authority has the legal form public body.", "legal_form"
            ),
        )
    if details.organisation_type in _ENTERPRISES and details.legal_form is LegalForm.PUBLIC_BODY:
        return (
            Violation(
                "organisation.enterprise_form",
                "A company is not a public body. Change the type or the form.",
                "legal_form",
            ),
        )
    return ()


def _figures(details: Details, on: date) -> tuple[Violation, ...]:
    given = (details.headcount, details.turnover, details.balance_sheet)
    found: list[Violation] = []
    if any(value is not None for value in given) and details.figures_on is None:
        found.append(
            Violation(
                "organisation.figures_date", "Say on which day the year of these figures was closed.", "figures_on"
            )
        )
    if details.figures_on is not None and details.figures_on > on:
        found.append(Violation("organisation.figures_future", "This day has not come yet.", "figures_on"))
    for place, amount in (("turnover", details.turnover), ("balance_sheet", details.balance_sheet)):
        if amount is not None and amount < Money.zero():
            found.append(Violation("organisation.negative_figure", "Enter an amount of zero or more.", place))
    by_figures = sme_status(headcount=details.headcount, turnover=details.turnover, balance_sheet=details.balance_sheet)
    return (*found, *check_declared(details.sme, by_figures))


def check_platform_registration(
    state: PlatformState, *, reference: str, happened_on: date | None, on: date
) -> tuple[Violation, ...]:
    """A registration rests on evidence: the day, and once it is complete also its reference."""
    found = []
    if state is not PlatformState.NONE and happened_on is None:
        found.append(Violation("organisation.platform_date", "Say on which day that was.", "happened_on"))
    if state is PlatformState.REGISTERED and not reference:
        found.append(
            Violation(
                "organisation.platform_reference",
                "Give the address of the profile or the number of the registration.",
                "reference",
            )
        )
    if happened_on is not None and happened_on > on:
        found.append(Violation("organisation.platform_future", "This day has not come yet.", "happened_on"))
    return tuple(found)

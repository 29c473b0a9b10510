"""Who may apply, who is excluded and who can do the work: kinds of conditions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from app.calls.rules.values import Amount, Part, Rule, Share, Slug, Words
from app.organisations.rules.types import OrganisationType
from app.reference.schemas import RegionCategory

AtLeastOne = Annotated[int, Field(ge=1, le=1000)]
CountryListId = Slug
"""Id of a dated list of countries in the reference area, such as ``eu_member_states``."""


class OrganisationTypes(Rule):
    """Every beneficiary is an organisation of one of these types."""

    rule_id: ClassVar[str] = "eligibility.organisation_types"

    kind: Literal["organisation_types"] = "organisation_types"
    allowed: tuple[OrganisationType, ...] = Field(min_length=1)


class Countries(Rule):
    """Every beneficiary is established in a country of one of these lists."""

    rule_id: ClassVar[str] = "eligibility.countries"

    kind: Literal["countries"] = "countries"
    lists: tuple[CountryListId, ...] = Field(min_length=1)
    on: date | Literal["deadline"] = Field(default="deadline", description="The day on which membership counts.")


class MinimumEntities(Rule):
    """At least so many different legal entities apply together."""

    rule_id: ClassVar[str] = "eligibility.minimum_entities"

    kind: Literal["minimum_entities"] = "minimum_entities"
    count: AtLeastOne
    independent: bool = Field(default=False, description="Whether only entities independent of each other count.")


class MinimumCountries(Rule):
    """The beneficiaries come from at least so many different countries of the lists."""

    rule_id: ClassVar[str] = "eligibility.minimum_countries"

    kind: Literal["minimum_countries"] = "minimum_countries"
    count: AtLeastOne
    lists: tuple[CountryListId, ...] = Field(min_length=1)
    on: date | Literal["deadline"] = "deadline"


class MemberInRegionCategory(Rule):
    """At least so many beneficiaries sit in a region of these categories.

    A region whose category is not known yields a question to the officer, never a refusal.
    """

    rule_id: ClassVar[str] = "eligibility.member_in_region_category"
    undecided_rule: ClassVar[str] = "eligibility.region_category_unknown"

    kind: Literal["member_in_region_category"] = "member_in_region_category"
    categories: tuple[RegionCategory, ...] = Field(min_length=1)
    count: AtLeastOne = 1
    on: date | Literal["deadline"] = Field(default="deadline", description="The day on which the category counts.")


class PlatformRegistration(Rule):
    """Every beneficiary has a profile on the cluster platform."""

    rule_id: ClassVar[str] = "eligibility.platform_registration"

    kind: Literal["platform_registration"] = "platform_registration"
    accepts_requested: bool = Field(default=False, description="Whether having asked for registration is enough.")


class OneApplicationPerOrganisation(Rule):
    """An organisation takes part in at most so many applications to this call."""

    rule_id: ClassVar[str] = "eligibility.one_application_per_organisation"

    kind: Literal["one_application_per_organisation"] = "one_application_per_organisation"
    maximum: AtLeastOne = 1
    as_coordinator_only: bool = False


class Activity(Part):
    """A type of work that the call names."""

    id: Slug
    title: Words
    description: Words | None = None


class RequiredActivities(Rule):
    """The project plans every mandatory activity; optional ones may be added."""

    rule_id: ClassVar[str] = "eligibility.required_activities"

    kind: Literal["required_activities"] = "required_activities"
    mandatory: tuple[Activity, ...] = ()
    optional: tuple[Activity, ...] = ()


class SmeShareOfBudget(Rule):
    """At least this share of the budget reaches small and medium-sized enterprises."""

    rule_id: ClassVar[str] = "eligibility.sme_share_of_budget"

    kind: Literal["sme_share_of_budget"] = "sme_share_of_budget"
    minimum: Share


EligibilityRule = Annotated[
    OrganisationTypes
    | Countries
    | MinimumEntities
    | MinimumCountries
    | MemberInRegionCategory
    | PlatformRegistration
    | OneApplicationPerOrganisation
    | RequiredActivities
    | SmeShareOfBudget,
    Field(discriminator="kind"),
]


class DeclarationOfHonour(Rule):
    """Each beneficiary declares on its honour that no exclusion ground applies to it."""

    rule_id: ClassVar[str] = "exclusion.declaration_of_honour"

    kind: Literal["declaration_of_honour"] = "declaration_of_honour"
    of: Literal["coordinator", "every_beneficiary"] = "every_beneficiary"


class RecordedCheck(Rule):
    """An officer looks something up elsewhere and records what was found."""

    rule_id: ClassVar[str] = "exclusion.recorded_check"

    kind: Literal["recorded_check"] = "recorded_check"
    id: Slug
    title: Words
    before: Literal["award", "signature"] = "award"
    right_to_be_heard: bool = True


class FinancialCapacity(Rule):
    """Stable and sufficient resources, checked from an amount requested on."""

    rule_id: ClassVar[str] = "selection.financial_capacity"

    kind: Literal["financial_capacity"] = "financial_capacity"
    of: Literal["coordinator", "every_beneficiary"] = "every_beneficiary"
    from_amount: Amount | None = Field(default=None, description="Checked above this request; None means always.")
    exempt: tuple[OrganisationType, ...] = ()
    closed_years: AtLeastOne = 1


class OperationalCapacity(Rule):
    """The experience and means to carry out the work, judged from what the application shows."""

    rule_id: ClassVar[str] = "selection.operational_capacity"

    kind: Literal["operational_capacity"] = "operational_capacity"
    judged_by: Literal["officer", "experts"] = "experts"


ExclusionRule = Annotated[DeclarationOfHonour | RecordedCheck, Field(discriminator="kind")]
SelectionRule = Annotated[FinancialCapacity | OperationalCapacity, Field(discriminator="kind")]

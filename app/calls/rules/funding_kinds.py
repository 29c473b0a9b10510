"""What is funded, at which rates and within which ceilings."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from app.calls.rules.values import Amount, Count, Part, Rule, Share, Slug, Words
from app.core.money import Money
from app.core.rates import Rate
from app.organisations.rules.types import LegalForm

CapScope = Literal["grant", "call", "programme"]


class FundingKind(StrEnum):
    """What a successful applicant gets."""

    GRANT = "grant"
    SUB_GRANT = "sub_grant"
    LABEL_ONLY = "label_only"
    EXPRESSION_OF_INTEREST = "expression_of_interest"

    @property
    def pays(self) -> bool:
        """Whether money follows: only then are there budgets, rates and ceilings."""
        return self in {FundingKind.GRANT, FundingKind.SUB_GRANT}


class Rounding(StrEnum):
    """How a share of an amount becomes whole cents."""

    HALF_UP = "half_up"
    DOWN = "down"
    UP = "up"

    def share(self, amount: Money, rate: Rate) -> Money:
        """``rate`` of ``amount``, rounded in this way."""
        match self:
            case Rounding.HALF_UP:
                return amount.share_half_up(rate)
            case Rounding.DOWN:
                return amount.share_down(rate)
            case Rounding.UP:
                return amount.share_up(rate)


class ExpectedGrants(Part):
    """How many grants the publisher expects to award."""

    minimum: Count
    maximum: Count


class Strand(Part):
    """A topic of the call with its own envelope, or drawing on a pool that strands share."""

    id: Slug
    titles: Words
    envelope: Amount | None = Field(default=None, description="None where the strand draws on a pool or pays nothing.")
    pool: Slug | None = None
    expected_grants: ExpectedGrants | None = None
    transfers_to: tuple[Slug, ...] = Field(default=(), description="Strands that may use what is left over here.")


class Pool(Part):
    """An envelope that several strands share."""

    id: Slug
    titles: Words
    envelope: Amount


class CostPurpose(StrEnum):
    """What costs are for, where the program acts on it."""

    THIRD_PARTIES = "third_parties"
    TRAVEL = "travel"


class _CostCategory(Part):
    """A line of every partner's budget."""

    id: Slug
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]?$")]
    titles: Words
    rate_group: Slug = Field(description="Which of the call's rates reimburses it.")
    hint: Words | None = None
    purpose: CostPurpose | None = Field(
        default=None,
        description="third_parties: vouchers and exchanges are paid out of it. travel: journeys are claimed in it, and the "
        "one to the kick-off meeting may fall before the start.",
    )


class RealCosts(_CostCategory):
    """Costs actually incurred, entered by the partner."""

    method: Literal["real"] = "real"


class FlatRateCosts(_CostCategory):
    """A fixed rate of other categories: computed, never entered."""

    method: Literal["flat_rate"] = "flat_rate"
    rate: Share
    base: tuple[Slug, ...] = Field(min_length=1, description="Categories whose sum the rate is applied to.")


class UnitCosts(_CostCategory):
    """A number of units at a fixed amount each."""

    method: Literal["unit_cost"] = "unit_cost"
    unit: Words
    amount: Amount


class LumpSumCosts(_CostCategory):
    """A fixed amount for a result; ``amount`` None where a table of the reference area gives it."""

    method: Literal["lump_sum"] = "lump_sum"
    amount: Amount | None = None


CostCategory = Annotated[RealCosts | FlatRateCosts | UnitCosts | LumpSumCosts, Field(discriminator="method")]


class LegalFormRate(Part):
    """The rate for partners of one legal form."""

    legal_form: LegalForm
    rate: Share


class FundingRate(Rule):
    """At most this share of the eligible costs of one group of categories is reimbursed."""

    rule_id: ClassVar[str] = "budget.funding_rate"

    group: Slug
    titles: Words
    rate: Share
    by_legal_form: tuple[LegalFormRate, ...] = ()

    def rate_for(self, legal_form: LegalForm | None = None) -> Rate:
        """The rate for a partner of that legal form; the general one where none is set for it."""
        return next((special.rate for special in self.by_legal_form if special.legal_form == legal_form), self.rate)


class ProjectGrantCeiling(Rule):
    """What one project may ask for in all."""

    minimum_rule: ClassVar[str] = "budget.project_grant_minimum"
    maximum_rule: ClassVar[str] = "budget.project_grant_maximum"

    kind: Literal["project_grant"] = "project_grant"
    minimum: Amount | None = None
    maximum: Amount | None = None


class PartnerShareCeiling(Rule):
    """The largest share of the requested grant that one partner may receive."""

    rule_id: ClassVar[str] = "budget.partner_share"

    kind: Literal["partner_share"] = "partner_share"
    maximum: Share


class CategoryShareCeiling(Rule):
    """The largest share of the total eligible costs that some categories may make up."""

    rule_id: ClassVar[str] = "budget.category_share"

    kind: Literal["category_share"] = "category_share"
    categories: tuple[Slug, ...] = Field(min_length=1)
    maximum: Share


class SupportedActivity(Part):
    """A kind of activity for which third parties are paid."""

    id: Slug
    titles: Words


class ThirdPartyCeiling(Rule):
    """The most that one third party may receive within a scope, and for what where the call closes the list."""

    rule_id: ClassVar[str] = "budget.third_party_maximum"

    kind: Literal["third_party"] = "third_party"
    maximum: Amount
    scope: CapScope = "grant"
    activities: Annotated[tuple[SupportedActivity, ...], Field(min_length=1)] | None = Field(
        default=None, description="The closed list of activities; None where the call leaves it to the project."
    )


class DurationLimits(Rule):
    """How long a project may last, in whole months."""

    rule_id: ClassVar[str] = "budget.duration"

    kind: Literal["duration"] = "duration"
    min_months: Annotated[int, Field(ge=1, le=120)]
    max_months: Annotated[int, Field(ge=1, le=120)]


Ceiling = Annotated[
    ProjectGrantCeiling | PartnerShareCeiling | CategoryShareCeiling | ThirdPartyCeiling | DurationLimits,
    Field(discriminator="kind"),
]


class Funding(Part):
    """How the grant follows from the budget."""

    kind: FundingKind
    cost_categories: tuple[CostCategory, ...] = ()
    rates: tuple[FundingRate, ...] = ()
    rounding: Rounding = Rounding.HALF_UP
    ceilings: tuple[Ceiling, ...] = ()

    def category(self, category_id: str) -> CostCategory:
        """The cost category of that id; raise KeyError where there is none."""
        for category in self.cost_categories:
            if category.id == category_id:
                return category
        raise KeyError(category_id)

    def categories_for(self, purpose: CostPurpose) -> tuple[str, ...]:
        """Ids of the categories of that purpose."""
        return tuple(category.id for category in self.cost_categories if category.purpose is purpose)

    def rate(self, group: str) -> FundingRate:
        """The rate of a group of categories; raise KeyError where there is none."""
        for rate in self.rates:
            if rate.group == group:
                return rate
        raise KeyError(group)

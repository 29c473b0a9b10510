"""What does the project cost and what may it ask for? Exact to the cent, from the lines of each partner.

Rounding happens in two places only, both in the way the call names (``funding.rounding``):
the flat rate of one partner, and the grant of one partner for one group of categories that
share a rate. Everything else is a sum, so that rows and columns close. With ``down`` no
partner ever asks for more than its exact share.

Amounts below zero count as nothing here and are reported by ``budget_findings``; so are lines
of categories and partners that the call or the partnership does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.facts import BudgetLine, OwnFunding
from app.calls.rules.funding_kinds import CostCategory, FlatRateCosts, LumpSumCosts, UnitCosts
from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate
from app.partnerships.rules.facts import PartnerFacts
from app.partnerships.rules.lifecycle import PartnerState

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class GroupShare:
    """The costs of one partner at one rate, and the most that this rate yields."""

    group: str
    rate: Rate
    eligible: Money
    grant: Money


@dataclass(frozen=True, slots=True)
class PartnerBudget:
    """One row: ``maximum`` is what the rates yield, ``requested`` that less the partner's own funding."""

    partner: PartnerFacts
    cells: Mapping[str, Money]
    shares: tuple[GroupShare, ...]
    eligible: Money
    maximum: Money
    requested: Money

    @property
    def own_contribution(self) -> Money:
        """What the partner pays itself."""
        return self.eligible - self.requested


@dataclass(frozen=True)
class BudgetTable:
    """The budget of a project: one row per partner that may have costs, in the order of the partnership."""

    categories: tuple[CostCategory, ...]
    rows: tuple[PartnerBudget, ...]

    @cached_property
    def by_category(self) -> Mapping[str, Money]:
        """Project totals of each category."""
        return MappingProxyType({c.id: Money.total(row.cells[c.id] for row in self.rows) for c in self.categories})

    @cached_property
    def by_group(self) -> Mapping[str, tuple[Money, Money]]:
        """Eligible costs and most grant of each group of categories, over all partners."""
        totals: dict[str, tuple[Money, Money]] = {}
        for row in self.rows:
            for share in row.shares:
                eligible, grant = totals.get(share.group, (NOTHING, NOTHING))
                totals[share.group] = (eligible + share.eligible, grant + share.grant)
        return MappingProxyType(totals)

    @cached_property
    def eligible(self) -> Money:
        """Total eligible costs."""
        return Money.total(row.eligible for row in self.rows)

    @cached_property
    def maximum(self) -> Money:
        """The most that the rates yield, ceilings aside."""
        return Money.total(row.maximum for row in self.rows)

    @cached_property
    def requested(self) -> Money:
        """The grant asked for."""
        return Money.total(row.requested for row in self.rows)

    @property
    def own_contribution(self) -> Money:
        """What the partners pay themselves."""
        return self.eligible - self.requested

    def row(self, partner_id: UUID) -> PartnerBudget | None:
        """The row of a partner, or None where it has none."""
        return next((row for row in self.rows if row.partner.partner_id == partner_id), None)


def effective_rate(budget: PartnerBudget | BudgetTable) -> Rate | None:
    """The requested share of the eligible costs, rounded down to a basis point; None without costs."""
    if not budget.eligible:
        return None
    return Rate(budget.requested.cents * BASIS_POINTS // budget.eligible.cents)


def compute_budget(
    rules: CallRules,
    strand: str,
    *,
    partners: Iterable[PartnerFacts],
    lines: Iterable[BudgetLine],
    own_funding: Iterable[OwnFunding] = (),
) -> BudgetTable:
    """The budget of everyone who has accepted or is invited, associated partners aside.

    Several lines of one partner and category add up; their order means nothing.
    """
    categories = categories_for(rules, strand)
    entered = _entered(categories, lines)
    unclaimed = {funding.partner_id: max(funding.amount, NOTHING) for funding in own_funding}
    return BudgetTable(
        categories=categories,
        rows=tuple(
            _row(rules, categories, partner, entered=entered, unclaimed=unclaimed.get(partner.partner_id, NOTHING))
            for partner in partners
            if has_row(partner)
        ),
    )


def categories_for(rules: CallRules, strand: str) -> tuple[CostCategory, ...]:
    """The cost categories that the call offers in a strand: those whose rate applies there."""
    groups = {rate.group for rate in rules.funding.rates if rate.applies_to(strand)}
    return tuple(category for category in rules.funding.cost_categories if category.rate_group in groups)


def has_row(partner: PartnerFacts) -> bool:
    """Whether a partner has a row: it may have costs and has not declined, left or been removed."""
    return partner.role.has_budget and partner.state in {PartnerState.ACCEPTED, PartnerState.INVITED}


def fixed_amount(category: CostCategory) -> Money | None:
    """The amount per unit that the call fixes; None where the partner enters the amount itself."""
    return category.amount if isinstance(category, UnitCosts | LumpSumCosts) else None


def _entered(categories: tuple[CostCategory, ...], lines: Iterable[BudgetLine]) -> Mapping[tuple[UUID, str], int]:
    """Cents per partner and category, as entered or as units times the fixed amount."""
    priced = {category.id: fixed_amount(category) for category in categories}
    cents: dict[tuple[UUID, str], int] = {}
    for line in lines:
        price = priced.get(line.category_id)
        amount = line.amount if price is None else price.times(line.units or 0)
        key = (line.partner_id, line.category_id)
        cents[key] = cents.get(key, 0) + max(amount.cents, 0)
    return cents


def _row(
    rules: CallRules,
    categories: tuple[CostCategory, ...],
    partner: PartnerFacts,
    *,
    entered: Mapping[tuple[UUID, str], int],
    unclaimed: Money,
) -> PartnerBudget:
    cells: dict[str, Money] = {}
    for category in categories:
        if not isinstance(category, FlatRateCosts):
            cells[category.id] = Money(entered.get((partner.partner_id, category.id), 0))
    for category in categories:
        if isinstance(category, FlatRateCosts):
            base = Money.total(cells.get(name, NOTHING) for name in category.base)
            cells[category.id] = rules.funding.rounding.share(base, category.rate)
    shares = _shares(rules, categories, partner, cells)
    maximum = Money.total(share.grant for share in shares)
    return PartnerBudget(
        partner=partner,
        cells=MappingProxyType({category.id: cells[category.id] for category in categories}),
        shares=shares,
        eligible=Money.total(cells.values()),
        maximum=maximum,
        requested=max(maximum - unclaimed, NOTHING),
    )


def _shares(
    rules: CallRules, categories: tuple[CostCategory, ...], partner: PartnerFacts, cells: Mapping[str, Money]
) -> tuple[GroupShare, ...]:
    sums: dict[str, Money] = {}
    for category in categories:
        sums[category.rate_group] = sums.get(category.rate_group, NOTHING) + cells[category.id]
    shares = []
    for group, eligible in sums.items():
        rate = rules.funding.rate(group).rate_for(partner.legal_form)
        shares.append(GroupShare(group, rate, eligible, rules.funding.rounding.share(eligible, rate)))
    return tuple(shares)

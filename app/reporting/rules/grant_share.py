"""From costs to contribution: the arithmetic of the budget, applied to what was claimed or accepted.

Nothing is computed here that ``compute_budget`` does not compute: flat rates per partner, then the rate of each group
of categories, both rounded as the call says (``funding.rounding``). So a claim that equals the budget yields exactly
the grant that the budget asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from app.applications.rules.budget import BudgetTable, PartnerBudget, compute_budget, fixed_amount
from app.applications.rules.facts import BudgetLine
from app.calls.rules.funding_kinds import RealCosts
from app.core.money import Money
from app.partnerships.rules.facts import PartnerFacts

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


class Costs(Protocol):
    """An amount of one partner in one category."""

    @property
    def partner_id(self) -> UUID:
        """Whose costs."""

    @property
    def category(self) -> str:
        """Id of the cost category."""

    @property
    def amount(self) -> Money:
        """Claimed or accepted, zero or more."""


def contribution(
    rules: CallRules, strand: str, partners: Sequence[PartnerFacts], costs: Iterable[Costs]
) -> BudgetTable:
    """Costs per partner and category with flat rates, and the contribution at the rates (``maximum`` of each row)."""
    return compute_budget(rules, strand, partners=partners, lines=[_line(rules, one) for one in costs])


def _line(rules: CallRules, costs: Costs) -> BudgetLine:
    """Units where the call fixes the price of one: only whole units count."""
    try:
        price = fixed_amount(rules.funding.category(costs.category))
    except KeyError:
        price = None
    if not price:
        return BudgetLine(costs.partner_id, costs.category, costs.amount)
    units = costs.amount.cents // price.cents
    return BudgetLine(costs.partner_id, costs.category, price.times(units), units)


def certified_contribution(rules: CallRules, row: PartnerBudget) -> Money:
    """What a partner asks for as actual costs: flat rates, unit costs and lump sums do not count (certificates)."""
    sums: dict[str, Money] = {}
    for category_id, amount in row.cells.items():
        category = rules.funding.category(category_id)
        if isinstance(category, RealCosts):
            sums[category.rate_group] = sums.get(category.rate_group, Money.zero()) + amount
    legal_form = row.partner.legal_form
    return Money.total(
        rules.funding.rounding.share(amount, rules.funding.rate(group).rate_for(legal_form))
        for group, amount in sums.items()
    )

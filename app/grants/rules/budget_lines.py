"""What does each line of the budget get? The grant of the award, spread over partners and categories to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.calls.rules.funding_kinds import Funding
from app.calls.rules.values import Share
from app.core.commands import Euro
from app.core.money import Money
from app.core.rates import Rate
from app.grants.rules.letter_facts import Facts

NOTHING = {"amount": "0.00", "currency": "EUR"}


class BudgetLineFacts(Facts):
    """The costs of one partner in one category, the rate that reimburses them and the grant that follows."""

    partner_id: UUID
    category: str
    group: str
    cost: Euro
    rate: Share
    grant: Euro


def budget_lines(funding: Funding, rows: Sequence[Mapping[str, Any]], maximum: Money) -> tuple[BudgetLineFacts, ...]:
    """The lines of a submitted budget (``budget.rows`` of its snapshot) with costs above zero.

    Each partner gets what it requested, in proportion where the award is not the whole request; within a partner the
    lines share it in proportion to what the rates yield. The grants add up to ``maximum``.
    """
    requested = [money_of(row["requested"]).cents for row in rows]
    shares = maximum.split(requested) if any(requested) else tuple(Money.zero(maximum.currency) for _ in rows)
    return tuple(line for row, share in zip(rows, shares, strict=True) for line in _of(funding, row, share))


def _of(funding: Funding, row: Mapping[str, Any], share: Money) -> Iterator[BudgetLineFacts]:
    rates = {one["group"]: Rate.percent(one["rate"]) for one in row["shares"]}
    costs = {category.id: money_of(row["costs"].get(category.id, NOTHING)) for category in funding.cost_categories}
    return partner_lines(funding, UUID(row["partner"]), costs, rates, share)


def partner_lines(
    funding: Funding, partner_id: UUID, costs: Mapping[str, Money], rates: Mapping[str, Rate], share: Money
) -> Iterator[BudgetLineFacts]:
    """The lines of one partner with costs above zero, sharing its grant in proportion to what the rates yield.

    ``costs`` by category, ``rates`` by rate group. No line gets more than it costs, as long as ``share`` is not more
    than all of them cost together.
    """
    lines = [(funding.category(name), cost) for name, cost in costs.items() if cost]
    weights = [cost.cents * rates[category.rate_group].basis_points for category, cost in lines]
    split = share.split(weights) if any(weights) else tuple(Money.zero(share.currency) for _ in lines)
    grants = _within(split, [cost for _, cost in lines])
    for (category, cost), grant in zip(lines, grants, strict=True):
        yield BudgetLineFacts(
            partner_id=partner_id,
            category=category.id,
            group=category.rate_group,
            cost=cost,
            rate=rates[category.rate_group],
            grant=grant,
        )


def _within(grants: Sequence[Money], costs: Sequence[Money]) -> Sequence[Money]:
    """No line gets more than it costs: a request is rounded as a whole, so its last cent may belong to another line."""
    kept = [min(grant, cost) for grant, cost in zip(grants, costs, strict=True)]
    for _ in range(sum(grant.cents - less.cents for grant, less in zip(grants, kept, strict=True))):
        roomiest = max(range(len(kept)), key=lambda at: costs[at].cents - kept[at].cents)
        kept[roomiest] += Money(1, kept[roomiest].currency)
    return kept


def money_of(stored: Mapping[str, str]) -> Money:
    """An amount of a snapshot."""
    return Money.parse(stored["amount"], stored["currency"])

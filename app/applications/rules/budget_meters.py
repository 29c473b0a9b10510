"""Used, limit and left of every ceiling on the budget: shown while typing, and what findings rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.budget import BudgetTable
from app.calls.rules.eligibility_kinds import SmeShareOfBudget
from app.calls.rules.funding_kinds import CategoryShareCeiling, PartnerShareCeiling, ProjectGrantCeiling
from app.calls.rules.values import Rule
from app.core.money import Money
from app.core.rates import Rate

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

PLACE = "budget"


@dataclass(frozen=True, slots=True)
class BudgetMeter:
    """An amount against its limit; ``at_least`` tells a minimum from a maximum.

    ``rule_id`` is the rule's name, ``share`` the rate that the limit was computed with,
    ``partner_id`` the partner that it is about, or None for the project.
    """

    rule: Rule
    rule_id: str
    label: str
    used: Money
    limit: Money
    at_least: bool = False
    share: Rate | None = None
    partner_id: UUID | None = None
    name: str = ""

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return self.used >= self.limit if self.at_least else self.used <= self.limit

    @property
    def left(self) -> Money:
        """What may still be used, or what a minimum still lacks; never negative."""
        return max(self.limit - self.used, Money.zero())

    @property
    def over(self) -> Money:
        """What is used beyond the limit; never negative."""
        return max(self.used - self.limit, Money.zero())

    @property
    def percent(self) -> int | None:
        """Whole percent of the limit in use, rounded down; None where the limit is zero."""
        return self.used.cents * 100 // self.limit.cents if self.limit else None

    @property
    def place(self) -> str:
        """Where the figure stands."""
        return f"{PLACE}/{self.partner_id}" if self.partner_id else PLACE


def budget_meters(
    rules: CallRules, strand: str, table: BudgetTable, *, support_to_smes: Money | None = None
) -> tuple[BudgetMeter, ...]:
    """Every ceiling and floor of the call on this budget, in the order of the call."""
    return (
        *_ceilings(rules, strand, table),
        *(
            _sme_share(rule, table, support_to_smes or Money.zero())
            for rule in rules.rules_of(SmeShareOfBudget, strand)
        ),
    )


def _ceilings(rules: CallRules, strand: str, table: BudgetTable) -> Iterator[BudgetMeter]:
    for rule in rules.funding.ceilings:
        if not rule.applies_to(strand):
            continue
        match rule:
            case ProjectGrantCeiling():
                yield from _project_grant(rule, table)
            case PartnerShareCeiling():
                yield from _partner_shares(rule, table)
            case CategoryShareCeiling():
                yield _category_share(rule, table)
            case _:
                continue


def _project_grant(rule: ProjectGrantCeiling, table: BudgetTable) -> Iterator[BudgetMeter]:
    if rule.maximum is not None:
        yield BudgetMeter(rule, rule.maximum_rule, "Grant requested", table.requested, rule.maximum)
    if rule.minimum is not None:
        yield BudgetMeter(rule, rule.minimum_rule, "Smallest grant", table.requested, rule.minimum, at_least=True)


def _partner_shares(rule: PartnerShareCeiling, table: BudgetTable) -> Iterator[BudgetMeter]:
    """Rounding down loses nothing: a whole number of cents is below the exact limit or it is not."""
    limit = table.requested.share_down(rule.maximum)
    for row in table.rows:
        yield BudgetMeter(
            rule,
            rule.rule_id,
            label="Share of the grant",
            used=row.requested,
            limit=limit,
            share=rule.maximum,
            partner_id=row.partner.partner_id,
            name=row.partner.name,
        )


def _category_share(rule: CategoryShareCeiling, table: BudgetTable) -> BudgetMeter:
    chosen = [category for category in table.categories if category.id in rule.categories]
    return BudgetMeter(
        rule,
        rule.rule_id,
        label="Share of the costs",
        used=Money.total(table.by_category[category.id] for category in chosen),
        limit=table.eligible.share_down(rule.maximum),
        share=rule.maximum,
        name=", ".join(str(category.titles) for category in chosen),
    )


def _sme_share(rule: SmeShareOfBudget, table: BudgetTable, support: Money) -> BudgetMeter:
    return BudgetMeter(
        rule,
        rule.rule_id,
        label="Budget for SMEs",
        used=reaching_smes(table, support),
        limit=table.eligible.share_up(rule.minimum),
        at_least=True,
        share=rule.minimum,
    )


def reaching_smes(table: BudgetTable, support: Money) -> Money:
    """Eligible costs of SMEs in the consortium, and the support to SMEs outside that others declare.

    The declared support comes out of the other partners' costs, so it never counts beyond these.
    """
    own = Money.total(row.eligible for row in table.rows if row.partner.sme)
    return own + max(Money.zero(), min(support, table.eligible - own))

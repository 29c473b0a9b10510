"""What is wrong with a budget? Every finding at once, with both figures and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from app.applications.rules.budget import BudgetTable, categories_for, has_row
from app.applications.rules.budget_meters import PLACE, BudgetMeter, budget_meters
from app.applications.rules.facts import ApplicationFacts, BudgetLine
from app.calls.rules.eligibility_kinds import SmeShareOfBudget
from app.calls.rules.funding_kinds import (
    CategoryShareCeiling,
    FlatRateCosts,
    ProjectGrantCeiling,
)
from app.core.money import Money
from app.core.rates import Rate
from app.core.violations import Figure, Severity, Violation
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.rules.sources import source_of_ceiling, source_of_eligibility

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


EMPTY = "budget.empty"


def budget_findings(rules: CallRules, facts: ApplicationFacts, table: BudgetTable) -> tuple[Violation, ...]:
    """Findings about lines, own funding and limits; places are ``budget[/<partner>[/<category>]]``."""
    meters = budget_meters(rules, facts.strand, table, support_to_smes=facts.support_to_smes)
    return (
        *_lines(rules, facts),
        *_own_funding(facts, table),
        *_without_costs(table),
        *(_limit(rules, meter, table) for meter in meters if not meter.met and table.eligible),
    )


def _lines(rules: CallRules, facts: ApplicationFacts) -> Iterator[Violation]:
    partners = {partner.partner_id: partner for partner in facts.partners}
    categories = {category.id: category for category in categories_for(rules, facts.strand)}
    reported = set()
    for line in facts.lines:
        amount = line.amount if line.units is None else Money(line.units)
        if not amount:
            continue
        partner, place = partners.get(line.partner_id), f"{PLACE}/{line.partner_id}/{line.category_id}"
        if line.partner_id not in reported and (found := _about_partner(line, partner)):
            reported.add(line.partner_id)
            yield found
        category = categories.get(line.category_id)
        if category is None:
            yield unknown_category(line.category_id, place)
        elif isinstance(category, FlatRateCosts):
            yield computed_category(category, place)
        elif amount.cents < 0:
            yield negative_amount(line.amount if line.units is None else line.units, place)


def unknown_category(category_id: str, place: str) -> Violation:
    """The call has no such category, or not in this strand."""
    words = "This call has no cost category '{category}'."
    cure = "Move the amount to another category."
    return Violation("budget.unknown_category", words, place, {"category": category_id}, cure=cure)


def computed_category(category: FlatRateCosts, place: str) -> Violation:
    """A flat rate follows from other costs."""
    words = "{category}: computed as {rate} of other costs, so no amount is entered here."
    figures: dict[str, Figure] = {"category": str(category.titles), "rate": category.rate}
    return Violation("budget.computed_category", words, place, figures, cure="Clear the amount.")


def negative_amount(amount: Money | int, place: str) -> Violation:
    """Costs are zero or more."""
    return Violation(
        "budget.negative_amount", "{amount} is below zero; costs are zero or more.", place, {"amount": amount}
    )


def _about_partner(line: BudgetLine, partner: PartnerFacts | None) -> Violation | None:
    """Whether the partner of a line may have costs at all; told once for each partner."""
    place = f"{PLACE}/{line.partner_id}"
    if partner is None or (partner.role.has_budget and not has_row(partner)):
        words = "{name} is not in the partnership, but the budget has costs for it."
        figures: dict[str, Figure] = {"name": partner.name if partner else "An organisation"}
        return Violation("budget.not_in_partnership", words, place, figures, cure="Remove these costs.")
    if not partner.role.has_budget:
        words = "{name} is an associated partner: it gets no money and has no costs in the budget."
        cure = "Remove the costs of {name}, or let it take part as a partner."
        return Violation("budget.associated_partner", words, place, {"name": partner.name}, cure=cure)
    if partner.state is PartnerState.INVITED:
        words = "{name} has costs in the budget but has not accepted the invitation."
        cure = "Ask {name} to accept, or remove its costs."
        return Violation("budget.partner_not_confirmed", words, place, {"name": partner.name}, cure=cure)
    return None


def _own_funding(facts: ApplicationFacts, table: BudgetTable) -> Iterator[Violation]:
    for funding in facts.own_funding:
        row, place = table.row(funding.partner_id), f"{PLACE}/{funding.partner_id}"
        if funding.amount.cents < 0:
            words = "Own funding of {amount} is below zero; the rates of the call already give the largest grant."
            yield Violation("budget.negative_own_funding", words, place, {"amount": funding.amount})
        elif row is not None and funding.amount > row.maximum:
            words = "{name} gives {amount} of own funding, more than the {maximum} that its costs yield."
            figures: dict[str, Figure] = {
                "name": row.partner.name,
                "amount": funding.amount,
                "maximum": row.maximum,
            }
            cure = "Enter {maximum} or less."
            yield Violation("budget.own_funding_above_grant", words, place, figures, cure=cure)


def _without_costs(table: BudgetTable) -> Iterator[Violation]:
    if not table.eligible:
        yield Violation(EMPTY, "The budget has no costs.", PLACE, cure="Enter the costs of each partner.")
        return
    for row in table.rows:
        partner = row.partner
        if not row.eligible and partner.role.is_beneficiary and partner.takes_part:
            words = "{name} has no costs."
            cure = "Enter the costs of {name}, or let it take part as an associated partner."
            if partner.role is PartnerRole.COORDINATOR:
                cure = "Enter the costs of {name}."
            place = f"{PLACE}/{partner.partner_id}"
            yield Violation("budget.no_costs", words, place, {"name": partner.name}, Severity.WARNING, cure=cure)


def _limit(rules: CallRules, meter: BudgetMeter, table: BudgetTable) -> Violation:
    """A limit that is not kept, with both figures, the difference and the cure."""
    figures: dict[str, Figure] = {"used": meter.used, "limit": meter.limit}
    figures |= {"lacking": meter.left} if meter.at_least else {"over": meter.over}
    figures |= {"name": meter.name} if meter.name else {}
    figures |= {"share": meter.share} if meter.share is not None else {}
    match meter.rule:
        case SmeShareOfBudget():
            words = "{used} of the budget reaches SMEs; {share} is {limit}: {lacking} is lacking."
            cure = "Give SMEs {lacking} more, out of the costs of others."
            source = source_of_eligibility(rules, meter.rule)
        case ProjectGrantCeiling() if meter.at_least:
            words = "Grant requested: {used}. The call funds projects from {limit}: {lacking} is lacking."
            cure, source = "Plan more costs, or ask for more of them.", source_of_ceiling(rules, meter.rule)
        case ProjectGrantCeiling():
            words = "Grant requested: {used} of {limit}: over by {over}."
            cure, more = _cure_of_excess(meter.over, table)
            figures |= more
            source = source_of_ceiling(rules, meter.rule)
        case CategoryShareCeiling():
            words = "{name}: {used}, more than {share} of the total costs, which is {limit}: over by {over}."
            cure, source = "Lower these costs, or move {over} of them elsewhere.", source_of_ceiling(rules, meter.rule)
        case _:
            words = "{name} asks for {used}, more than {share} of the grant, which is {limit}: over by {over}."
            cure, source = "Leave {over} of it to other partners.", source_of_ceiling(rules, meter.rule)
    return Violation(meter.rule_id, words, meter.place, figures, cure=cure, source=source)


def _cure_of_excess(over: Money, table: BudgetTable) -> tuple[str, dict[str, Figure]]:
    """By how much the costs at one rate must fall, or who pays instead.

    The rate is the one that yields most of the grant. Where its costs are too low, or where
    partners already leave grant unclaimed, only own funding is named.
    """
    grants: dict[Rate, int] = {}
    for row in table.rows:
        for share in row.shares:
            grants[share.rate] = grants.get(share.rate, 0) + share.grant.cents
    rate = max(grants, key=lambda one: (grants[one], one))
    costs = [share.eligible.cents for row in table.rows for share in row.shares if share.rate == rate]
    lower = _reduction(over, rate, costs)
    if table.requested < table.maximum or lower is None:
        return "Raise own funding by {over}.", {}
    return "Lower eligible costs at {rate} by {lower}, or raise own funding by {over}.", {"rate": rate, "lower": lower}


def _reduction(over: Money, rate: Rate, costs: list[int]) -> Money | None:
    """The reduction that is enough however it is taken from the largest costs; None where they are too low.

    Each further row that has to give may lose a cent to rounding.
    """
    for rows, available in enumerate(accumulate(sorted(costs, reverse=True)), start=1):
        lower = (over + Money(rows - 1)).base_for_share_up(rate)
        if lower.cents <= available:
            return lower
    return None

"""What a person typed into a partner's budget sheet, as amounts in cents; every slip at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.applications.rules.answer_values import UnreadableError, read_money
from app.applications.rules.budget import fixed_amount, has_row
from app.applications.rules.budget_findings import computed_category, negative_amount, unknown_category
from app.applications.rules.budget_meters import PLACE
from app.applications.rules.facts import BudgetLine
from app.calls.rules.funding_kinds import CostCategory, FlatRateCosts
from app.core.money import Money
from app.core.violations import Violation
from app.partnerships.rules.facts import PartnerFacts

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


class TypedAmount(Protocol):
    """One cell as sent."""

    @property
    def category(self) -> str:
        """Id of the cost category."""

    @property
    def amount(self) -> str:
        """As typed; blank means nothing."""

    @property
    def units(self) -> int | None:
        """Only for categories with a fixed amount per unit."""


@dataclass(frozen=True, slots=True)
class SheetReading:
    """Lines and own funding that could be read, and what could not."""

    lines: tuple[BudgetLine, ...]
    own_funding: Money
    violations: tuple[Violation, ...]


def read_sheet(
    rules: CallRules, partner: PartnerFacts | None, typed: Iterable[TypedAmount], own_funding: str = ""
) -> SheetReading:
    """The sheet of one partner; ``partner`` None where nobody of that id is in the partnership.

    Amounts per unit are those of the call, whatever was sent; a computed category is refused
    unless it was sent empty. Nothing is rounded: a third decimal is a finding.
    """
    if partner is None or not has_row(partner):
        words = "This organisation has no costs in the budget: it is no partner with a share of the money."
        return SheetReading((), Money.zero(), (Violation("budget.no_sheet", words, PLACE),))
    place = f"{PLACE}/{partner.partner_id}"
    categories = {category.id: category for category in rules.funding.cost_categories}
    lines: list[BudgetLine] = []
    found: list[Violation] = []
    for cell in typed:
        read = _line(partner, categories.get(cell.category), cell, f"{place}/{cell.category[:60]}")
        if isinstance(read, BudgetLine):
            lines.append(read)
        elif read is not None:
            found.append(read)
    own = _amount(own_funding, f"{place}/own_funding")
    if isinstance(own, Violation):
        return SheetReading(tuple(lines), Money.zero(), (*found, own))
    return SheetReading(tuple(lines), own, tuple(found))


def _line(
    partner: PartnerFacts, category: CostCategory | None, cell: TypedAmount, place: str
) -> BudgetLine | Violation | None:
    """The line of a cell, what is wrong with it, or None for an empty cell of a computed category."""
    amount = _amount(cell.amount, place)
    if isinstance(amount, Violation):
        return amount
    if category is None:
        return unknown_category(cell.category[:60], place)
    if isinstance(category, FlatRateCosts):
        return computed_category(category, place) if amount else None
    price = fixed_amount(category)
    if price is None:
        return BudgetLine(partner.partner_id, category.id, amount)
    units = cell.units or 0
    return BudgetLine(partner.partner_id, category.id, price.times(units), units)


def _amount(text: str, place: str) -> Money | Violation:
    """Zero or more euro as typed; blank means nothing."""
    if not text.strip():
        return Money.zero()
    try:
        amount = read_money(text)
    except UnreadableError as error:
        return Violation(
            "budget.unreadable", "{typed}: {problem}", place, {"typed": text.strip(), "problem": str(error)}
        )
    return negative_amount(amount, place) if amount.cents < 0 else amount

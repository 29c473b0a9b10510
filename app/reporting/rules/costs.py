"""What a partner typed into its financial statement, as costs in cents; every slip at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from app.applications.rules.answer_values import UnreadableError, read_date, read_money
from app.applications.rules.budget import categories_for, fixed_amount
from app.applications.rules.budget_findings import computed_category, unknown_category
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

MAX_COSTS = 400
"""Lines of one statement."""
MAX_WORDS = 300
"""Characters that describe a line."""


class TypedCost(Protocol):
    """One line as sent."""

    @property
    def category(self) -> str:
        """Id of the cost category."""

    @property
    def words(self) -> str:
        """What it was for."""

    @property
    def first_day(self) -> str:
        """When it began to arise; blank in a draft."""

    @property
    def last_day(self) -> str:
        """When it ceased to; blank means the same day."""

    @property
    def amount(self) -> str:
        """As typed; left out where the call fixes the price of a unit."""

    @property
    def units(self) -> int | None:
        """Only for categories with a fixed price."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of a statement; ``number`` counts from 1 within it."""

    partner_id: UUID
    number: int
    category: str
    words: str
    first_day: date | None
    last_day: date | None
    amount: Money
    units: int | None = None


@dataclass(frozen=True, slots=True)
class CostsReading:
    """Lines that could be read, receipts, and what could not be read."""

    costs: tuple[Cost, ...]
    receipts: Money
    violations: tuple[Violation, ...]


def read_costs(
    rules: CallRules, strand: str, partner_id: UUID, typed: Iterable[TypedCost], receipts: str = ""
) -> CostsReading:
    """The lines of one partner; places are ``costs/<line>/<field>``, counted from 1.

    Nothing is rounded: a third decimal is a finding, and so is an amount below zero. Amounts per unit are those of the
    call, whatever was sent. A line without words, amount, units and days is no line; what it was for stays one line.
    """
    categories = {category.id: category for category in categories_for(rules, strand)}
    costs: list[Cost] = []
    found: list[Violation] = []
    for position, line in enumerate(typed, start=1):
        if not any(
            (line.words.strip(), line.amount.strip(), line.units, line.first_day.strip(), line.last_day.strip())
        ):
            continue
        place = f"costs/{position}"
        amount = _amount(line.amount, f"{place}/amount", found)
        days = [_day(text, f"{place}/{name}", found) for name, text in _days(line)]
        category = categories.get(line.category)
        if category is None:
            found.append(unknown_category(line.category[:60], f"{place}/category"))
            continue
        if isinstance(category, FlatRateCosts):
            found.append(computed_category(category, f"{place}/category"))
            continue
        if len(line.words) > MAX_WORDS:
            words, figures = "Describe it in at most {maximum} characters.", {"maximum": MAX_WORDS}
            found.append(Violation("statement.words_too_long", words, f"{place}/words", figures))
        price, units = fixed_amount(category), None
        if price is not None:
            units = _units(line.units, f"{place}/units", found)
            amount = price.times(units)
        first, last = days
        number = len(costs) + 1
        words = " ".join(line.words.split())[:MAX_WORDS]
        costs.append(Cost(partner_id, number, category.id, words, first, last or first, amount, units))
    if len(costs) > MAX_COSTS:
        words = "A statement has at most {maximum} lines; put costs of one kind into one line."
        found.append(Violation("statement.too_many_lines", words, "costs", {"maximum": MAX_COSTS}))
    return CostsReading(tuple(costs), _amount(receipts, "receipts", found), tuple(found))


def _days(line: TypedCost) -> tuple[tuple[str, str], ...]:
    return ("first_day", line.first_day), ("last_day", line.last_day)


def _units(units: int | None, place: str, found: list[Violation]) -> int:
    if units is not None and units < 0:
        found.append(Violation("statement.negative_units", "Units are zero or more.", place))
    return max(units or 0, 0)


def _day(text: str, place: str, found: list[Violation]) -> date | None:
    if not text.strip():
        return None
    try:
        return read_date(text)
    except UnreadableError as error:
        found.append(_unreadable(text, str(error), place))
        return None


def _amount(text: str, place: str, found: list[Violation]) -> Money:
    if not text.strip():
        return Money.zero()
    try:
        amount = read_money(text)
    except UnreadableError as error:
        found.append(_unreadable(text, str(error), place))
        return Money.zero()
    if amount.cents < 0:
        words = "{amount} is below zero; a cost that was claimed too high is lowered in its own line."
        found.append(Violation("statement.negative_amount", words, place, {"amount": amount}))
    return amount


def _unreadable(text: str, problem: str, place: str) -> Violation:
    figures = {"typed": text.strip()[:40], "problem": problem}
    return Violation("statement.unreadable", "{typed}: {problem}", place, figures)

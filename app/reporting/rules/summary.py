"""Budget, use and rest of each partner and category: the figures that page, API, spreadsheet and document show alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.budget import BudgetTable, categories_for
from app.calls.rules.funding_kinds import CostCategory
from app.core.money import Money
from app.partnerships.rules.facts import PartnerFacts
from app.reporting.rules.grant_share import Costs, contribution

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Figures:
    """Planned, used in earlier periods, claimed and accepted in this one; ``left`` may be negative: transfers are free.

    ``decided``: what was not accepted does not count any more, so the budget is as free as if it had not been claimed.
    """

    budget: Money = field(default_factory=Money.zero)
    before: Money = field(default_factory=Money.zero)
    claimed: Money = field(default_factory=Money.zero)
    accepted: Money = field(default_factory=Money.zero)
    decided: bool = False

    def __add__(self, other: Figures) -> Figures:
        """Sum, figure by figure."""
        return Figures(
            self.budget + other.budget,
            self.before + other.before,
            self.claimed + other.claimed,
            self.accepted + other.accepted,
            self.decided or other.decided,
        )

    @property
    def left(self) -> Money:
        """What of the budget is neither used before nor claimed now; once decided, nor accepted now."""
        return self.budget - self.before - (self.accepted if self.decided else self.claimed)


@dataclass(frozen=True, slots=True)
class PartnerSummary:
    """One partner: figures by category, and the contribution that the rates yield."""

    partner: PartnerFacts
    cells: Mapping[str, Figures]
    total: Figures
    claimed_contribution: Money
    accepted_contribution: Money


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole consortium in one period."""

    categories: tuple[CostCategory, ...]
    rows: tuple[PartnerSummary, ...]

    @property
    def total(self) -> Figures:
        """Over partners and categories."""
        return _sum(row.total for row in self.rows)

    def of_category(self, category_id: str) -> Figures:
        """Over the partners."""
        return _sum(row.cells[category_id] for row in self.rows)

    @property
    def claimed_contribution(self) -> Money:
        """What the claims yield at the rates."""
        return Money.total(row.claimed_contribution for row in self.rows)

    @property
    def accepted_contribution(self) -> Money:
        """What the accepted costs yield at the rates."""
        return Money.total(row.accepted_contribution for row in self.rows)

    def row(self, partner_id: UUID) -> PartnerSummary | None:
        """One partner's row."""
        return next((row for row in self.rows if row.partner.partner_id == partner_id), None)


@dataclass(frozen=True, slots=True)
class Spent:
    """Costs of one period: ``claimed`` as they stand, ``accepted`` what of them counts so far, or in the end."""

    claimed: Sequence[Costs]
    accepted: Sequence[Costs]
    decided: bool = False


def summarise(
    rules: CallRules,
    strand: str,
    partners: Sequence[PartnerFacts],
    budget: Mapping[tuple[UUID, str], Money],
    now: Spent,
    earlier: Iterable[Sequence[Costs]] = (),
) -> Summary:
    """Every figure; ``earlier`` has the counted costs of each earlier period, whose flat rates are rounded by period."""
    claimed = contribution(rules, strand, partners, now.claimed)
    accepted = contribution(rules, strand, partners, now.accepted)
    before = [contribution(rules, strand, partners, costs) for costs in earlier]
    rows = []
    for row, counted in zip(claimed.rows, accepted.rows, strict=True):
        partner = row.partner
        cells = {
            category.id: Figures(
                budget.get((partner.partner_id, category.id), NOTHING),
                _cell(before, partner.partner_id, category.id),
                row.cells[category.id],
                counted.cells[category.id],
                now.decided,
            )
            for category in claimed.categories
        }
        rows.append(PartnerSummary(partner, cells, _sum(cells.values()), row.maximum, counted.maximum))
    return Summary(categories_for(rules, strand), tuple(rows))


def _cell(tables: Iterable[BudgetTable], partner_id: UUID, category_id: str) -> Money:
    return Money.total(
        row.cells[category_id] for table in tables for row in table.rows if row.partner.partner_id == partner_id
    )


def _sum(figures: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in figures:
        total += one
    return total

"""What differs between two versions of an agreement? Computed from both whenever it is shown, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.money import Money
from app.grants.rules.agreement import AccountFacts, AgreementFacts

Cell = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount before and after."""

    before: Money
    after: Money

    @property
    def difference(self) -> Money:
        """What was added; below zero where it fell."""
        return self.after - self.before

    @property
    def changed(self) -> bool:
        """Whether it differs."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class LineChange:
    """Planned costs of one partner in one category."""

    partner_id: UUID
    partner: str
    category: str
    title: str
    cost: Figure


@dataclass(frozen=True, slots=True)
class PartnerChange:
    """Costs and grant of one partner in all."""

    partner_id: UUID
    partner: str
    cost: Figure
    grant: Figure


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """Days of one reporting period; None where a version has no such period."""

    number: int
    before: tuple[date, date, date] | None
    after: tuple[date, date, date] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs, with totals; ``lines`` and ``periods`` only those that do.

    ``prefinancing`` is what reaches the coordinator at the start, ``ceiling`` what may be paid before the balance: both
    fall with the maximum grant. None where the call knows none.
    """

    lines: tuple[LineChange, ...]
    partners: tuple[PartnerChange, ...]
    eligible: Figure
    maximum: Figure
    prefinancing: Figure | None
    ceiling: Figure | None
    accounts: tuple[AccountFacts | None, AccountFacts | None] | None
    months: tuple[int, int] | None
    ends: tuple[date, date] | None
    periods: tuple[PeriodChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two versions say the same about money, account and days."""
        return not (
            self.lines
            or self.accounts
            or self.months
            or self.periods
            or self.maximum.changed
            or any(one.grant.changed for one in self.partners)
        )

    @property
    def moved(self) -> Money:
        """The costs that went elsewhere: the sum of what fell."""
        return Money.total(line.cost.before - line.cost.after for line in self.lines if line.cost.difference.cents < 0)


def compare(before: AgreementFacts, after: AgreementFacts) -> Comparison:
    """Lines in the order of partners and categories, the amounts of both versions beside each other."""
    old, new = costs_of(before), costs_of(after)
    titles = {one.id: f"{one.code} {one.title}" for one in (*before.categories, *after.categories)}
    names = {party.partner_id: party.name for party in before.parties}
    lines = tuple(
        LineChange(partner_id, names[partner_id], category, titles[category], figure)
        for partner_id in names
        for category in titles
        if (figure := _figure(old, new, (partner_id, category))).changed
    )
    partners = tuple(
        PartnerChange(
            partner_id,
            name,
            Figure(before.cost_of(partner_id), after.cost_of(partner_id)),
            Figure(before.grant_of(partner_id), after.grant_of(partner_id)),
        )
        for partner_id, name in names.items()
        if before.cost_of(partner_id) or after.cost_of(partner_id)
    )
    return Comparison(
        lines=lines,
        partners=partners,
        eligible=Figure(before.eligible, after.eligible),
        maximum=Figure(before.maximum_grant, after.maximum_grant),
        prefinancing=_both(
            before.prefinancing.cash if before.prefinancing is not None else None,
            after.prefinancing.cash if after.prefinancing is not None else None,
        ),
        ceiling=_both(before.interim_ceiling, after.interim_ceiling),
        accounts=(before.account, after.account) if before.account != after.account else None,
        months=(before.duration_months, after.duration_months)
        if before.duration_months != after.duration_months
        else None,
        ends=(before.end_on, after.end_on) if before.end_on != after.end_on else None,
        periods=tuple(_periods(before, after)),
    )


def costs_of(agreement: AgreementFacts) -> Mapping[Cell, Money]:
    """Planned costs by partner and category."""
    return {(line.partner_id, line.category): line.cost for line in agreement.budget}


def applied(costs: Mapping[Cell, Money], comparison: Comparison) -> Mapping[Cell, Money]:
    """The costs of the earlier version with the differences added: those of the later one."""
    found = dict(costs)
    for line in comparison.lines:
        key = (line.partner_id, line.category)
        found[key] = found.get(key, Money.zero()) + line.cost.difference
    return {key: cost for key, cost in found.items() if cost}


def _both(before: Money | None, after: Money | None) -> Figure | None:
    return Figure(before, after) if before is not None and after is not None else None


def _figure(old: Mapping[Cell, Money], new: Mapping[Cell, Money], cell: Cell) -> Figure:
    return Figure(old.get(cell, Money.zero()), new.get(cell, Money.zero()))


def _periods(before: AgreementFacts, after: AgreementFacts) -> list[PeriodChange]:
    old, new = ({one.number: one for one in each.periods} for each in (before, after))
    changes = []
    for number in sorted(old.keys() | new.keys()):
        was, will = (
            (one.starts_on, one.ends_on, one.report_due_on) if (one := each.get(number)) is not None else None
            for each in (old, new)
        )
        if was != will:
            changes.append(PeriodChange(number, was, will))
    return changes

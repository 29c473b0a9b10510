"""What a consortium wants to change: the account, the budget, the end of the project, or several at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.amendments.rules.lifecycle import AmendmentKind
from app.applications.rules.facts import BudgetLine
from app.core.canonical import canonical_json
from app.core.commands import Euro
from app.grants.rules.letter_facts import Facts


class PlannedCost(Facts):
    """What one partner plans for one category; ``units`` where the call fixes the price of one."""

    partner_id: UUID
    category: str
    amount: Euro
    units: int | None = None


class Proposal(Facts):
    """The wanted change; None leaves a part as it is. ``budget`` is the whole budget, without what flat rates give."""

    account_id: UUID | None = None
    budget: tuple[PlannedCost, ...] | None = None
    duration_months: int | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Proposal:
        """From its stored JSON."""
        return cls.model_validate_json(canonical_json(dict(stored)))

    @property
    def kinds(self) -> tuple[AmendmentKind, ...]:
        """What it changes."""
        wanted = {
            AmendmentKind.BANK_ACCOUNT: self.account_id,
            AmendmentKind.BUDGET_TRANSFER: self.budget,
            AmendmentKind.DURATION: self.duration_months,
        }
        return tuple(kind for kind, value in wanted.items() if value is not None)

    @property
    def lines(self) -> tuple[BudgetLine, ...]:
        """The budget as the arithmetic reads it."""
        return tuple(BudgetLine(line.partner_id, line.category, line.amount, line.units) for line in self.budget or ())

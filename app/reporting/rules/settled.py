"""What followed from a decided report, as it is stored: the calculation, and the hearing before money is asked back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.core.money import Money
from app.reporting.rules.hearing import Hearing
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Sheet


@dataclass(frozen=True, slots=True)
class HearingRow:
    """The hearing on a recovery with what was said; an empty ``answer`` that was given says: no observations."""

    stands: Hearing
    announced_at: datetime
    answer: str
    file_id: UUID | None
    answered_at: datetime | None
    answered_by: UUID | None
    reason: str
    decided_at: datetime | None
    decided_by: UUID | None


@dataclass(frozen=True, slots=True)
class CalculationRow:
    """What followed from a decided report; ``agreement_version`` is the agreement that was in force then.

    ``recovery`` was computed, ``lowered`` was taken off it after the ``hearing``.
    """

    period_id: UUID
    number: int
    agreement_version: int
    payment: PaymentAfter
    claimed: Money
    eligible: Money
    contribution: Money
    receipts: Money
    reduction: Money
    reduction_reason: str
    sheet: Sheet
    due: Money
    final_grant: Money | None
    recovery: Money
    computed_at: datetime
    payment_id: UUID | None
    requested_at: datetime | None
    recovered_on: date | None
    recovery_reference: str
    received: Money
    waived: Money
    waiver_reason: str
    lowered: Money
    hearing: HearingRow | None

    @property
    def asked_back(self) -> Money:
        """What is left of the recovery after the hearing."""
        return self.recovery - self.lowered

    @property
    def noted_at(self) -> datetime | None:
        """When the note went out that asks it back; before hearings existed, with the decision on the report."""
        return self.computed_at if self.hearing is None else self.hearing.decided_at

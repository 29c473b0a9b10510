"""Is a calculation still the one that follows from its report? Everything that does not fit, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.core.money import Money
from app.reporting.rules.calculation import Calculated, Decided, calculate
from app.reporting.rules.final_grant import counted_in
from app.reporting.rules.payment_due import interim_ceiling
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.sheet import Paid

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Ever:
    """Payments of one kind: all that the bank ever booked, and what of it came back."""

    booked: Money = NOTHING
    back: Money = NOTHING


def recovery_key(grant_id: UUID, number: int, part: int = 0) -> str:
    """The key of the entry for what came back after a report; ``part`` counts the bookings before it."""
    return f"recovery/{grant_id}/{number}" + (f"/{part}" if part else "")


def made_again(
    terms: GrantTerms, maximum: Money, now: Decided, earlier: Sequence[Decided], stored: Calculated, reduction: Money
) -> Calculated:
    """The calculation computed anew; what was paid before is taken from its own sheet."""
    if now.payment is PaymentAfter.BALANCE:
        paid = counted_in(stored.sheet)
    else:
        bound = any(step.id == "ceiling" and step.amount for step in stored.sheet.steps)
        paid = Paid(interims=interim_ceiling(terms, maximum) - stored.due) if bound else Paid()
    return calculate(terms, maximum, now, earlier, paid, reduction=reduction)


def is_same(stored: Calculated, computed: Calculated) -> bool:
    """Whether two calculations have the same steps and the same results; words do not count."""
    steps = [[(step.id, step.amount, step.running) for step in one.sheet.steps] for one in (stored, computed)]
    results = [(one.due, one.recovery, one.final_grant) for one in (stored, computed)]
    return steps[0] == steps[1] and results[0] == results[1]


def sheet_faults(stored: Calculated) -> Iterator[str]:
    """Whether the steps add up to what is due or comes back."""
    reached = NOTHING
    for step in stored.sheet.steps:
        reached += step.amount
        if step.running != reached:
            yield f"step {step.id} reaches {step.running}, the steps make {reached}"
            reached = step.running
    if reached != stored.due - stored.recovery:
        yield f"its steps come to {reached}, due is {stored.due}, to come back {stored.recovery}"


def counted_faults(stored: Calculated, ever: Mapping[str, Ever]) -> Iterator[str]:
    """Whether the balance counted what the bank had booked by then; ``ever`` by kind of payment.

    What came back may have done so before or after: the balance counted it or did not.
    """
    if stored.final_grant is None:
        return
    counted = counted_in(stored.sheet)
    for kind, amount in (("prefinancing", counted.advanced), ("interim", counted.interims)):
        one = ever.get(kind, Ever())
        if not one.booked - one.back <= amount <= one.booked:
            yield f"it counts {amount} of {kind} payments, the bank booked {one.booked}, {one.back} came back"

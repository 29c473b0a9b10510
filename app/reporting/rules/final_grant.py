"""The final grant and the balance, in the order of Article 5.3 of the grant agreement.

1 the rates applied to the accepted costs; 2 the maximum grant where that is lower; 3 no profit: of what grant and
receipts exceed the accepted costs, the share of the grant in these costs is taken off, half a cent rounded up;
4 the reduction for improper implementation, an amount that the authority decides with a reason. Then the payments
made are deducted and the guarantee that was held back is added. Below zero the coordinator pays back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.money import Money
from app.reporting.rules.sheet import Paid, Sheet

NOTHING = Money.zero()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was accepted of one period: costs, the contribution that the rates yield, and receipts of the project."""

    number: int
    eligible: Money
    contribution: Money
    receipts: Money = field(default_factory=Money.zero)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of the money: ``sheet`` comes to the balance, positive to be paid, negative to be recovered."""

    sheet: Sheet
    final_grant: Money

    @property
    def balance(self) -> Money:
        """Final grant less what was paid out."""
        return self.sheet.total

    @property
    def due(self) -> Money:
        """To be paid to the coordinator; zero where money comes back."""
        return max(self.balance, NOTHING)

    @property
    def recovery(self) -> Money:
        """To be paid back by the coordinator; zero where money is due."""
        return max(-self.balance, NOTHING)


def settle(  # independent figures
    maximum: Money,
    accepted: Sequence[Accepted],
    paid: Paid,
    *,
    reduction: Money = NOTHING,
    profits: bool = True,
) -> Settlement:
    """The final grant of all periods and the balance after what was paid.

    ``profits`` says whether the rule against profits counts for this grant. ``reduction`` is what step 4 takes off; more than is left takes everything. Raise ValueError for a negative one.
    """
    if reduction < NOTHING:
        raise ValueError("a reduction is zero or more")
    sheet = Sheet()
    for period in sorted(accepted, key=lambda one: one.number):
        words = "Contribution to the accepted costs of period {number}"
        sheet = sheet.and_then(f"period_{period.number}", words, period.contribution, {"number": period.number})
    over = max(sheet.total - maximum, NOTHING)
    words = "What exceeds the maximum grant of {maximum}" if over else "Within the maximum grant of {maximum}"
    sheet = sheet.and_then("maximum", words, -over, {"maximum": maximum})
    eligible = Money.total(one.eligible for one in accepted)
    receipts = Money.total(one.receipts for one in accepted)
    profit = profit_reduction(sheet.total, eligible, receipts) if profits else NOTHING
    words = "{receipts} of receipts and the grant exceed {eligible} of accepted costs: the profit in the grant's share"
    if not profits:
        words = "Receipts do not lower this grant: the rule against profits does not count for it"
    elif not profit:
        words = "No profit: {receipts} of receipts and the grant do not exceed {eligible} of accepted costs"
    sheet = sheet.and_then("no_profit", words, -profit, {"receipts": receipts, "eligible": eligible})
    lowered = min(reduction, sheet.total)
    words = "Reduction for improper implementation" if lowered else "No reduction for improper implementation"
    sheet = sheet.and_then("implementation", words, -lowered)
    final = sheet.total
    sheet = sheet.and_then(
        "prefinancing",
        "Pre-financing, with what was held back of it" if paid.withheld else "Pre-financing",
        -paid.prefinancing,
    )
    sheet = sheet.and_then("interims", "Interim payments", -paid.interims)
    if paid.withheld:
        sheet = sheet.and_then("guarantee", "Guarantee held back, released now", paid.withheld)
    return Settlement(sheet, final)


def profit_reduction(grant: Money, eligible: Money, receipts: Money) -> Money:
    """What the no-profit rule takes off ``grant``: its share in the costs, of grant and receipts above the costs."""
    profit = grant + receipts - eligible
    if profit <= NOTHING or not eligible or not grant:
        return NOTHING
    cents = (2 * profit.cents * grant.cents + eligible.cents) // (2 * eligible.cents)
    return min(Money(cents), grant)


def counted_in(sheet: Sheet) -> Paid:
    """What a sheet that settles the balance counted as paid before."""
    amounts = {step.id: step.amount for step in sheet.steps}
    return Paid(
        -amounts.get("prefinancing", NOTHING), -amounts.get("interims", NOTHING), amounts.get("guarantee", NOTHING)
    )


def gained_since(counted: Paid, now: Paid) -> Money:
    """What the balance did not count as paid and is paid by now: the bank booked what had been given up as never paid."""
    return max(now.advanced - counted.advanced, NOTHING) + max(now.interims - counted.interims, NOTHING)


def lost_since(counted: Paid, now: Paid) -> Paid:
    """What the balance counted as paid and is paid no longer: the bank sent it back since. Only what left counts."""
    return Paid(
        prefinancing=max(counted.advanced - now.advanced, NOTHING),
        interims=max(counted.interims - now.interims, NOTHING),
    )

"""How does the pre-financing come about? Each step with its amount, as the payment shows it to those who check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.money import Money

if TYPE_CHECKING:
    from app.grants.rules.agreement import AgreementFacts


def prefinancing_sheet(agreement: AgreementFacts) -> tuple[tuple[str, Money], ...]:
    """Steps in plain English; the last one is what is paid. Empty where the call pays nothing at the start."""
    terms, found = agreement.terms.prefinancing, agreement.prefinancing
    if terms is None or found is None:
        return ()
    how = f"{terms.rate} of the maximum grant" if terms.rate else f"maximum grant divided by {terms.periods} periods"
    rounding = f"rounded {_ROUNDED[terms.rounding.value]} to {'whole euro' if terms.whole_euro else 'the cent'}"
    steps = [
        ("Maximum grant of the agreement", agreement.maximum_grant),
        (f"Pre-financing: {how}, {rounding}", found.amount),
    ]
    if found.guarantee:
        share = agreement.terms.guarantee_share
        steps.append((f"Held back until the balance: {share} of the maximum grant", -found.guarantee))
    return (*steps, ("To be paid", found.cash))


_ROUNDED = {"half_up": "half up", "down": "down", "up": "up"}

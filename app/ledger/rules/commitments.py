"""What speaks against setting aside, binding or releasing an amount: all findings, with their figures."""

from __future__ import annotations

from app.core.money import Money
from app.core.violations import Figure, Violation


def commitment_findings(wanted: Money, available: Money, *, envelope: str) -> tuple[Violation, ...]:
    """Whether ``wanted`` can be bound in an envelope of that title, of which ``available`` is left."""
    if findings := _positive(wanted):
        return findings
    if wanted <= available:
        return ()
    words = "{wanted} cannot be committed: the envelope '{envelope}' has {available} left, {over} too little."
    figures: dict[str, Figure] = {
        "wanted": wanted,
        "available": available,
        "over": wanted - available,
        "envelope": envelope,
    }
    return (Violation("ledger.envelope_exceeded", words, "amount", figures),)


def release_findings(wanted: Money, pending: Money) -> tuple[Violation, ...]:
    """Whether ``wanted`` of a commitment can be given back, of which ``pending`` is neither paid nor released."""
    if not pending:
        words = "Nothing of this commitment is pending: it is paid or released already."
        return (Violation("ledger.nothing_pending", words, "amount"),)
    if findings := _positive(wanted):
        return findings
    if wanted <= pending:
        return ()
    words = "{wanted} cannot be released: only {pending} of this commitment is still pending."
    return (Violation("ledger.released_too_much", words, "amount", {"wanted": wanted, "pending": pending}),)


def recovery_findings(wanted: Money, paid: Money) -> tuple[Violation, ...]:
    """Whether ``wanted`` can come back to a commitment of which ``paid`` has left and not come back yet."""
    if findings := _positive(wanted):
        return findings
    if wanted <= paid:
        return ()
    words = "{wanted} cannot have come back: only {paid} of this commitment is paid and did not come back before."
    return (Violation("ledger.recovered_too_much", words, "amount", {"wanted": wanted, "paid": paid}),)


def appropriation_findings(wanted: Money, appropriated: Money, available: Money, *, code: str) -> tuple[Violation, ...]:
    """Whether an envelope can hold ``wanted`` instead of what is ``appropriated``: what is bound or paid stays."""
    bound = appropriated - available
    if wanted >= bound:
        return ()
    words = "The envelope '{code}' cannot be lowered to {wanted}: {bound} of it is already committed or paid."
    figures: dict[str, Figure] = {"code": code, "wanted": wanted, "bound": bound}
    return (Violation("ledger.appropriation_too_low", words, f"envelopes.{code}", figures),)


def _positive(wanted: Money) -> tuple[Violation, ...]:
    if wanted.cents > 0:
        return ()
    return (Violation("ledger.amount_not_positive", "The amount must be above zero.", "amount"),)

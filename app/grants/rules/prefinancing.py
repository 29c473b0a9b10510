"""How much is paid at the start, and by when? A share of the maximum grant, less what is held back until the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.calls.rules.funding_kinds import Rounding
from app.core.commands import Euro
from app.core.money import Money
from app.core.rates import BASIS_POINTS
from app.grants.rules.letter_facts import Facts

if TYPE_CHECKING:
    from app.calls.rules.grant_kinds import GrantTerms, Prefinancing

EURO_CENTS = 100
DAYS_BEFORE_START = 10
"""The term of payment runs at the earliest from this many days before the start."""


class PrefinancingFacts(Facts):
    """The payment at the start: ``amount`` counts towards the ceiling, ``cash`` is what reaches the coordinator."""

    amount: Euro
    guarantee: Euro
    cash: Euro
    days: int


def prefinancing_of(terms: GrantTerms, maximum: Money) -> PrefinancingFacts | None:
    """The pre-financing of a grant; None where its call pays none.

    The guarantee is a share of the maximum grant and never more than the pre-financing that it is held back from.
    """
    if terms.prefinancing is None:
        return None
    amount = advance(terms.prefinancing, maximum)
    held = maximum.share_half_up(terms.guarantee_share) if terms.guarantee_share is not None else Money(0)
    guarantee = min(held, amount)
    return PrefinancingFacts(amount=amount, guarantee=guarantee, cash=amount - guarantee, days=terms.prefinancing.days)


def advance(terms: Prefinancing, maximum: Money) -> Money:
    """The pre-financing before anything is held back, rounded once in the way of the call; never above ``maximum``."""
    unit = EURO_CENTS if terms.whole_euro else 1
    if terms.rate is None:
        numerator, denominator = maximum.cents, terms.periods or 1
    else:
        numerator, denominator = maximum.cents * terms.rate.basis_points, BASIS_POINTS
    whole = denominator * unit
    match terms.rounding:
        case Rounding.UP:
            units = -(-numerator // whole)
        case Rounding.HALF_UP:
            units = (2 * numerator + whole) // (2 * whole)
        case Rounding.DOWN:
            units = numerator // whole
    return min(Money(units * unit, maximum.currency), maximum)


def due_on(terms: Prefinancing, in_force_on: date, start_on: date) -> date:
    """The last day of payment: the term of the call after the later of entry into force and ten days before the start."""
    return max(in_force_on, start_on - timedelta(days=DAYS_BEFORE_START)) + timedelta(days=terms.days)

"""Whose part of a payment is how much: in proportion, to the cent, and together exactly what is paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from app.core.money import Money

Key = TypeVar("Key")


def shares_of(amount: Money, weights: Mapping[Key, Money]) -> Mapping[Key, Money]:
    """The amount by the weights, in their order; cents that are left go to the largest remainders, the first of equal ones.

    Nothing where no weight is above zero. The coordinator may agree otherwise with the partners: this is a proposal.
    """
    total = sum(weight.cents for weight in weights.values())
    if total <= 0:
        return {}
    parts = {key: divmod(amount.cents * weight.cents, total) for key, weight in weights.items()}
    left = amount.cents - sum(whole for whole, _ in parts.values())
    first = sorted(parts, key=lambda key: -parts[key][1])[:left]
    return {key: Money(whole + (1 if key in first else 0)) for key, (whole, _) in parts.items()}

"""Shares of a payment: in proportion, and together exactly what is paid."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.reporting.rules.shares import shares_of

AMOUNTS = st.integers(0, 10**9).map(Money)


@given(AMOUNTS, st.dictionaries(st.integers(0, 9), AMOUNTS, max_size=8))
def test_shares_are_in_proportion_to_the_cent_and_nothing_is_lost(amount: Money, weights: dict[int, Money]) -> None:
    shares, total = shares_of(amount, weights), Money.total(weights.values())
    if not total:
        assert shares == {}
        return
    assert list(shares) == list(weights)
    assert Money.total(shares.values()) == amount
    for key, share in shares.items():
        exact = Fraction(amount.cents * weights[key].cents, total.cents)
        assert abs(share.cents - exact) < 1


def test_the_first_of_equal_ones_gets_the_cent_that_is_left() -> None:
    third = Money(1)
    assert shares_of(Money(100), {"a": third, "b": third, "c": third}) == {
        "a": Money(34),
        "b": Money(33),
        "c": Money(33),
    }

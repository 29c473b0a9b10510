from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.money import MAX_CENTS, AmountError, CurrencyMismatchError, Money
from app.core.rates import Rate

cents = st.integers(-(10**13), 10**13)
amounts = st.builds(Money, cents)
rates = st.builds(Rate, st.integers(0, 20_000))
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0", 0),
        ("12", 1200),
        ("1234.5", 123450),
        ("1234,5", 123450),
        ("1234.56", 123456),
        ("1,234.50", 123450),
        ("1.234,50", 123450),
        ("1 234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234.50", 123450),
        ("1'234.50", 123450),
        ("1\u2019234.50", 123450),
        ("1 234", 123400),
        ("1,234,567", 123456700),
        ("1.234.567", 123456700),
        ("1.234.567,89", 123456789),
        ("EUR 12", 1200),
        ("12 EUR", 1200),
        ("€12.30", 1230),
        ("12,30 €", 1230),
        ("-12.30", -1230),
        ("\u221212.30", -1230),
        ("  12  ", 1200),
        ("12\n", 1200),
        ("-0", 0),
    ],
)
def test_what_people_type_is_read(typed: str, expected: int) -> None:
    assert Money.parse(typed) == Money(expected)


@pytest.mark.parametrize("typed", ["1.234", "1,234", "12.345", "12,345", "-1.234", "EUR 1.234"])
def test_one_separator_before_three_digits_is_ambiguous(typed: str) -> None:
    with pytest.raises(AmountError):
        Money.parse(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        ".",
        ".5",
        "5.",
        "1.2.3",
        "1,23,456",
        "1,234,56",
        "1 23",
        "12 34.50",
        "1,234 567",
        "1,234,567,89",
        "1.234.56",
        "0.001",
        "1e3",
        "1E3",
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "1_000",
        "+5",
        "--5",
        "5-",
        "(5)",
        "½",
        "²",
        "١٢",
        "\uff11\uff12",
        "१२",
        "12\x00",
        "12;drop table person",
        "$12",
        "£12",
        "USD 12",
        "12 EUR USD",
        "EUR",
        "€",
        "12%",
        "1 234 56",
        "<b>12</b>",
        "999999999999999",
        "9" * 400,
        "\ufeff12",
        "1\u200b2",
    ],
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(AmountError):
        Money.parse(typed)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_refused(typed: str) -> None:
    try:
        read = Money.parse(typed)
    except AmountError:
        return
    assert abs(read.cents) <= MAX_CENTS
    assert Money.parse(read.amount) == read


def test_the_euro_sign_is_no_other_currency() -> None:
    assert Money.parse("USD 12", "USD") == Money(1200, "USD")
    with pytest.raises(AmountError):
        Money.parse("€ 12", "USD")


def test_the_largest_amount_is_read_and_one_cent_more_is_refused() -> None:
    assert Money.parse("10000000000000.00") == Money(MAX_CENTS)
    with pytest.raises(AmountError):
        Money.parse("10000000000000.01")


@given(amounts)
def test_every_way_of_writing_is_read_back(amount: Money) -> None:
    assert Money.parse(amount.amount) == amount
    assert Money.parse(f"EUR {amount.amount}") == amount
    assert Money.parse(str(amount)) == amount
    assert Money.parse(amount.amount.replace(".", ",")) == amount
    assert amount.as_json() == {"amount": amount.amount, "currency": "EUR"}


@given(amounts, amounts, amounts)
def test_sums_are_exact(one: Money, two: Money, three: Money) -> None:
    assert (one + two).cents == one.cents + two.cents
    assert (one + two) + three == one + (two + three)
    assert one + two - two == one
    assert one + -one == Money.zero()
    assert Money.total([one, two, three]) == one + two + three
    assert one.times(3) == one + one + one


@given(amounts, amounts)
def test_order_is_that_of_the_cents(one: Money, two: Money) -> None:
    assert (one < two, one <= two, one > two, one >= two) == (
        one.cents < two.cents,
        one.cents <= two.cents,
        one.cents > two.cents,
        one.cents >= two.cents,
    )
    assert bool(one) is (one.cents != 0)


def test_nothing_is_zero_of_its_currency() -> None:
    assert Money.total([]) == Money(0, "EUR")
    assert Money.total([], "CHF") == Money(0, "CHF")
    assert not Money.zero("CHF")


def test_currencies_never_mix() -> None:
    euro, franc = Money(1), Money(1, "CHF")
    for mixed in (
        lambda: euro + franc,
        lambda: euro - franc,
        lambda: euro < franc,
        lambda: euro <= franc,
        lambda: euro > franc,
        lambda: euro >= franc,
        lambda: Money.total([euro, franc]),
    ):
        with pytest.raises(CurrencyMismatchError):
            mixed()
    assert euro != franc


def half_away_from_zero(exact: Fraction) -> int:
    size = floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


@given(amounts, rates)
@example(Money(1), Rate(5_000))
@example(Money(-1), Rate(5_000))
def test_each_rounding_is_the_one_its_name_says(amount: Money, rate: Rate) -> None:
    exact = Fraction(amount.cents * rate.basis_points, 10_000)
    sign = 1 if exact >= 0 else -1
    assert amount.share_half_up(rate).cents == half_away_from_zero(exact)
    assert amount.share_down(rate).cents == sign * floor(abs(exact))
    assert amount.share_up(rate).cents == sign * ceil(abs(exact))


@given(amounts, st.builds(Rate, st.integers(1, 20_000)))
def test_the_base_is_the_smallest_that_reaches_the_amount(amount: Money, rate: Rate) -> None:
    base = amount.base_for_share_up(rate)
    share = Fraction(rate.basis_points, 10_000)
    assert base.cents * share >= amount.cents
    assert (base.cents - 1) * share < amount.cents


def test_75_percent_of_480_000_is_360_000() -> None:
    assert Money.parse("360,000.00").base_for_share_up(Rate.percent(75)) == Money.parse("480,000.00")
    with pytest.raises(ZeroDivisionError):
        Money(1).base_for_share_up(Rate(0))


@given(amounts, weights)
def test_a_split_loses_nothing_and_is_fair_to_the_cent(amount: Money, parts: list[int]) -> None:
    shares = amount.split(parts)
    assert Money.total(shares) == amount
    for share, weight in zip(shares, parts, strict=True):
        exact = Fraction(amount.cents * weight, sum(parts))
        assert abs(share.cents - exact) < 1
        assert weight or not share


@given(amounts, weights)
def test_a_heavier_part_never_gets_less(amount: Money, parts: list[int]) -> None:
    shares = amount.split(parts)
    by_weight = sorted(zip(parts, (abs(share.cents) for share in shares), strict=True))
    for (light, small), (heavy, large) in pairwise(by_weight):
        assert light == heavy or small <= large


def test_ties_go_to_the_earlier_part() -> None:
    assert [part.cents for part in Money(100).split([1, 1, 1])] == [34, 33, 33]
    assert [part.cents for part in Money(-100).split([1, 1, 1])] == [-34, -33, -33]
    assert [part.cents for part in Money(2).split([1, 1, 1])] == [1, 1, 0]


@pytest.mark.parametrize("bad", [[], [0], [0, 0], [-1, 2]])
def test_a_split_needs_weights(bad: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100).split(bad)


def test_amounts_read_like_money() -> None:
    assert str(Money(123456789)) == "EUR 1,234,567.89"
    assert str(Money(-5, "CHF")) == "CHF -0.05"
    assert Money(-5).amount == "-0.05"

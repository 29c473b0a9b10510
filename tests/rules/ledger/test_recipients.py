"""A recipient is told from others by its numbers, and its ceiling holds to the cent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.ledger.rules.recipients import Within, ceiling_findings, recipient_keys

CEILING, NOTHING = Money.parse("60 000.00"), Money(0)
cents = st.integers(0, 10**9).map(Money)
numbers = st.text(st.characters(categories=["Lu", "Nd"], max_codepoint=127), min_size=4, max_size=12)


def judge(amount: Money, received: Money = NOTHING, within: Within = Within.GRANT) -> list[str]:
    return [one.text for one in ceiling_findings(amount, received, CEILING, within, recipient="Olive SA")]


def test_sixty_thousand_passes_and_one_cent_more_is_refused_with_both_figures() -> None:
    assert judge(CEILING) == []
    [words] = judge(CEILING + Money(1))
    assert words == "Olive SA would receive EUR 60,000.01 within this grant. At most EUR 60,000.00 is possible."


@given(cents, cents, st.sampled_from(Within))
def test_what_passes_never_exceeds_and_what_is_refused_would(amount: Money, received: Money, within: Within) -> None:
    assert bool(judge(amount, received, within)) == (received + amount > CEILING)


@given(cents, cents)
def test_without_a_ceiling_nothing_is_refused(amount: Money, received: Money) -> None:
    assert ceiling_findings(amount, received, None, Within.GRANT, recipient="Olive SA") == ()


@pytest.mark.parametrize("within", Within)
def test_the_words_say_where_the_ceiling_counts(within: Within) -> None:
    [words] = judge(CEILING, Money(1), within)
    assert {"grant": "this grant", "call": "this call", "programme": "the programme"}[within] in words


@given(numbers, numbers, st.sampled_from([" ", ".", "-", "/", "\u00a0"]))
def test_signs_and_case_make_no_other_recipient(vat: str, registration: str, sign: str) -> None:
    plain = recipient_keys("PT", vat, registration)
    assert recipient_keys("PT", sign.join(vat.lower()), sign.join(registration.lower())) == plain
    assert recipient_keys("ES", vat, registration) != plain


@pytest.mark.parametrize(
    ("country", "written"), [("PT", "PT 501 442 600"), ("EL", "EL501442600"), ("UK", "GB501442600")]
)
def test_the_letters_of_the_country_make_no_difference(country: str, written: str) -> None:
    assert recipient_keys(country, written, "") == recipient_keys(country, "501442600", "") != ()


def test_a_vat_number_is_no_registration_number() -> None:
    assert not set(recipient_keys("PT", "501442600", "")) & set(recipient_keys("PT", "", "501442600"))
    assert recipient_keys("PT", " - ", "") == ()

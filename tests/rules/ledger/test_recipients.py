"""A recipient is told from others by its numbers, and its ceiling holds to the cent."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.ledger.rules.recipients import Received, Within, ceiling_findings, passed_ceilings, recipient_keys

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


PLACES = st.tuples(*[st.integers(1, 2).map(lambda number: UUID(int=number))] * 3)
KEYS = st.lists(
    st.sampled_from(["vat/PT/1", "reg/PT/1", "vat/PT/2", "reg/PT/2"]), min_size=1, max_size=2, unique=True
).map(tuple)
RECEIVED = st.builds(
    Received, KEYS, st.just("Olive SA"), PLACES, st.integers(1, 4_000_000).map(Money), st.just(CEILING), st.sampled_from(Within)
)  # fmt: skip


def joined(one: Received, before: list[Received]) -> list[Received]:
    """Those of ``before`` that hang together with ``one``, found by looking again until nothing is added."""
    keys, found = set(one.keys), [False] * len(before)
    for _ in before:
        for number, each in enumerate(before):
            if keys & set(each.keys):
                keys |= set(each.keys)
                found[number] = True
    return [each for number, each in enumerate(before) if found[number]]


@given(st.lists(RECEIVED, max_size=8), RECEIVED)
def test_what_was_judged_one_after_the_other_is_right_afterwards_and_a_cent_more_is_not(
    wanted: list[Received], last: Received
) -> None:
    def had(one: Received, before: list[Received]) -> Money:
        level = list(Within).index(one.within)
        same = [each for each in joined(one, before) if each.places[level] == one.places[level]]
        return Money.total(each.amount for each in same)

    recorded: list[Received] = []
    for one in wanted:
        if not ceiling_findings(one.amount, had(one, recorded), one.ceiling, one.within, recipient=one.name):
            recorded.append(one)
    assert passed_ceilings(recorded) == ()
    over = replace(last, amount=CEILING - had(last, recorded) + Money(1))
    assert len(passed_ceilings([*recorded, over])) == 1
    assert passed_ceilings([*recorded, replace(over, ceiling=None)]) == ()


def test_the_other_number_dodges_no_ceiling() -> None:
    """VAT only, both, registration only: one recipient with 90 000.00."""
    place = (UUID(int=1),) * 3
    vat, both, registration = ("vat/PT/1",), ("reg/PT/1", "vat/PT/1"), ("reg/PT/1",)
    given = [
        Received(keys, "Olive SA", place, Money.parse(amount), CEILING, Within.GRANT)
        for keys, amount in ((vat, "30 000.00"), (both, "20 000.00"), (registration, "40 000.00"))
    ]
    assert passed_ceilings(given) == (
        "recipient Olive SA: EUR 90,000.00 within the grant, its ceiling is EUR 60,000.00",
    )
    assert passed_ceilings([given[0], given[2], replace(given[1], amount=Money(1))]) != ()
    assert passed_ceilings([given[0], given[2]]) == (), "nothing says that they are one"

"""What the bank says before it books: which status counts, which rejects, and which is refused in words."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.rules.lifecycle import AT_THE_BANK, PaymentState
from app.payments.rules.statuses import (
    REASONS,
    REFUSED,
    STATUSES,
    AtBank,
    Level,
    Told,
    rejected_words,
    rejects,
    status_findings,
    told_of,
)

FILE = "GRP0123456789"
SENT = AtBank("PAY-2026-00001", PaymentState.RELEASED, Money(100), FILE)
CODES = st.sampled_from(sorted(STATUSES))
PAYMENTS = st.builds(
    AtBank,
    reference=st.just("PAY-2026-00001"),
    state=st.sampled_from(PaymentState),
    amount=st.just(Money(100)),
    message=st.just(FILE),
    paid_on=st.none() | st.just(date(2026, 3, 1)),
    looks_booked=st.none() | st.just(date(2026, 3, 2)),
)


def told(status: str, level: Level = Level.PAYMENT, reference: str = "PAY-2026-00001", **more: object) -> Told:
    return Told(level, reference, status, **more)  # type: ignore[arg-type]


def rules(one: Told, payment: AtBank, of_message: str = FILE) -> set[str]:
    return {finding.rule for finding in status_findings(one, payment, of_message=of_message)}


@given(CODES)
def test_every_status_of_a_payment_at_the_bank_counts(status: str) -> None:
    for state in AT_THE_BANK:
        assert rules(told(status), replace(SENT, state=state)) == set()
    assert rejects(told(status), SENT) == (status in REFUSED)
    assert not rejects(told(status), replace(SENT, state=PaymentState.MISSING)), "it is reported already"


@given(CODES, PAYMENTS)
def test_what_is_booked_or_not_at_the_bank_is_never_touched(status: str, payment: AtBank) -> None:
    found = rules(told(status), payment)
    if payment.paid_on is not None:
        assert found == {"payments.status_of_booked"}
    elif payment.state not in {*AT_THE_BANK, PaymentState.FAILED}:
        assert found == {"payments.status_not_at_bank"}
    elif payment.state is PaymentState.FAILED:
        assert found == (set() if status in REFUSED else {"payments.status_of_given_up"})
    else:
        looks = payment.state is PaymentState.RELEASED and status in REFUSED and payment.looks_booked is not None
        assert found == ({"payments.looks_booked"} if looks else set())
    if not found and rejects(told(status), payment):
        assert payment.state is PaymentState.RELEASED


@pytest.mark.parametrize(
    ("one", "of_message", "rule"),
    [
        (told("XXXX"), FILE, "payments.status_unknown"),
        (told("RJCT"), "ANOTHER", "payments.status_other_file"),
        (told("RJCT", amount=Money(99)), FILE, "payments.status_other_amount"),
    ],
)
def test_what_does_not_fit_says_why(one: Told, of_message: str, rule: str) -> None:
    assert rules(one, SENT, of_message) == {rule}


LEVELS = st.lists(
    st.builds(
        Told,
        level=st.sampled_from(Level),
        reference=st.sampled_from(("A", "B")),
        status=st.sampled_from(("ACSP", "RJCT", "PART", "PDNG")),
    ).map(lambda one: replace(one, reference="") if one.level is Level.GROUP else one),
    max_size=6,
)


@given(LEVELS)
def test_the_closest_word_counts_and_a_refusal_before_anything_else_there(said: list[Told]) -> None:
    found = told_of(tuple(said), ("A", "B", "C"))
    assert found == told_of(tuple(said), ("C", "B", "A"))
    for reference, (level, key) in itertools.product("ABC", ((Level.PAYMENT, None), (Level.GROUP, ""))):
        own = [one for one in said if one.level is level and one.reference == (reference if key is None else key)]
        if level is Level.PAYMENT and any(one.refuses for one in own):
            assert found[reference].refuses
    assert all(one.status != "PART" for one in found.values())
    if not said:
        assert not found


def test_reasons_are_told_in_words_with_their_code() -> None:
    assert told("RJCT", code="AC04").reason == "the account is closed (AC04)"
    assert told("RJCT", code="AC04", words="Konto erloschen").reason == "the account is closed (AC04): Konto erloschen"
    assert told("RJCT", code="ZZ99").reason == "ZZ99"
    assert rejected_words(told("RJCT")) == "The bank rejected it: it gave no reason."
    assert rejected_words(told("CANC", code="CUST")) == "The bank cancelled it: the customer asked for it (CUST)."
    assert all(len(rejected_words(told("RJCT", code=code))) >= 10 for code in ("", *REASONS))

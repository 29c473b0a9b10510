"""A payment, its entry and its bookings agree in exactly one way for each state; anything else is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.ledger.rules.accounts import EntryKind
from app.payments.rules.checking import (
    CheckedFile,
    CheckedPayment,
    Moved,
    back_key,
    bound_faults,
    file_faults,
    paid_key,
    payment_faults,
)
from app.payments.rules.files import message_id
from app.payments.rules.lifecycle import AT_THE_BANK, IN_PAYMENT, PaymentState

IDS = st.uuids()
AMOUNTS = st.integers(1, 10**9).map(Money)
FILE = UUID(int=7)


@st.composite
def payments(draw: st.DrawFn) -> CheckedPayment:
    """A payment as the program leaves it."""
    state, amount = draw(st.sampled_from(PaymentState)), draw(AMOUNTS)
    booked = state is PaymentState.PAID or (state is PaymentState.FAILED and draw(st.booleans()))
    twice = state is PaymentState.FAILED and not booked and draw(st.booleans())
    lines = [-amount, amount] if twice or (booked and state is PaymentState.FAILED) else [-amount] if booked else []
    day = date(2021, 3, 8) if booked else None
    sent = FILE if state in {*AT_THE_BANK, PaymentState.PAID, PaymentState.FAILED} else None
    return CheckedPayment(draw(IDS), "PAY-2021-00001", state, amount, draw(IDS), sent, day, tuple(lines))


def entries_of(payment: CheckedPayment) -> dict[str, Moved]:
    found = {}
    if payment.paid_on is not None:
        found[paid_key(payment.id)] = Moved(EntryKind.PAY, payment.commitment_id, payment.amount)
    if payment.came_back:
        found[back_key(payment.id)] = Moved(EntryKind.RECOVER, payment.commitment_id, payment.amount)
    return found


@given(payments(), st.integers(1, 100).map(Money), IDS)
def test_only_the_entries_of_its_state_are_right(payment: CheckedPayment, more: Money, other: UUID) -> None:
    entries = entries_of(payment)
    assert list(payment_faults(payment, entries)) == []
    for key, entry in entries.items():
        without = {name: one for name, one in entries.items() if name != key}
        assert list(payment_faults(payment, without))
        assert list(payment_faults(payment, {**entries, key: replace(entry, amount=entry.amount + more)}))
        assert list(payment_faults(payment, {**entries, key: replace(entry, commitment_id=other)}))
    for key, kind, wanted in payment.keys:
        if not wanted:
            extra = Moved(kind, payment.commitment_id, payment.amount)
            assert list(payment_faults(payment, {**entries, key: extra}))


@given(payments(), st.integers(1, 100).map(Money))
def test_only_the_bookings_of_its_state_are_right(payment: CheckedPayment, more: Money) -> None:
    entries = entries_of(payment)
    assert list(payment_faults(replace(payment, lines=(*payment.lines, payment.amount + more)), entries))
    assert list(payment_faults(replace(payment, stray=True), entries)), "the bank says that it left"
    if payment.paid_on is not None:
        assert list(payment_faults(replace(payment, lines=()), entries))


@given(st.lists(payments(), min_size=1, max_size=5), AMOUNTS)
def test_a_file_holds_its_payments_and_no_other(members: list[CheckedPayment], more: Money) -> None:
    total = Money.total(one.amount for one in members)
    file = CheckedFile(FILE, "FILE-1", message_id(one.id for one in members), total, len(members), "a", "a")
    assert list(file_faults(file, members)) == []
    assert list(file_faults(replace(file, control_sum=total + more), members))
    assert list(file_faults(replace(file, kept="b"), members))
    assert len(list(file_faults(file, members[1:]))) == 2


@given(st.lists(payments(), max_size=6), IDS)
def test_what_is_on_the_way_fits_what_is_pending(found: list[CheckedPayment], commitment: UUID) -> None:
    same = [replace(one, commitment_id=commitment) for one in found]
    bound = Money.total(one.amount for one in same if one.state in IN_PAYMENT)
    assert list(bound_faults(same, {commitment: bound})) == []
    assert bool(list(bound_faults(same, {commitment: bound - Money(1)}))) == bool(bound)

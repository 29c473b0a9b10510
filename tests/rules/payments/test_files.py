"""Files for the bank: the same payments always make the same message, and everything against them is said at once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.rules.circuit import Circuit
from app.payments.rules.files import ToRelease, message_id, release_findings
from app.payments.rules.lifecycle import PaymentState

ids = st.lists(st.uuids(), min_size=1, max_size=20, unique=True)
PEOPLE = (UUID(int=1), UUID(int=2), UUID(int=3))
ACCOUNTANT = UUID(int=4)


def ready(**given: object) -> ToRelease:
    values: dict[str, object] = {
        "id": UUID(int=9),
        "reference": "PAY-2019-00001",
        "amount": Money(100),
        "state": PaymentState.AUTHORISED,
        "circuit": Circuit(*PEOPLE),
        "suspended_on": None,
        "account_stands": True,
    }
    return ToRelease(**(values | given))  # type: ignore[arg-type]


@given(ids, st.randoms())
def test_the_message_follows_from_the_payments_whatever_their_order(chosen: list[UUID], shuffler: st.Random) -> None:
    mixed = list(chosen)
    shuffler.shuffle(mixed)
    assert message_id(chosen) == message_id(mixed)
    assert len(message_id(chosen)) == 35
    assert message_id(chosen) != message_id([*chosen, UUID(int=77)])


def test_nothing_leaves_while_the_bank_has_paid_the_same_before() -> None:
    [found] = release_findings([ready(paid_before="PAY-2019-00007")], {ACCOUNTANT}, payer=True)
    assert found.rule == "payments.paid_before"
    assert found.text.startswith("PAY-2019-00001: The bank booked PAY-2019-00007, which was given up as never paid")


@given(st.sampled_from(PaymentState))
def test_only_authorised_payments_leave(state: PaymentState) -> None:
    rules = [one.rule for one in release_findings([ready(state=state)], {ACCOUNTANT}, payer=True)]
    assert rules == ([] if state is PaymentState.AUTHORISED else ["payments.not_authorised"])


def test_each_finding_names_its_payment() -> None:
    chosen = [ready(suspended_on=date(2019, 3, 1)), ready(reference="PAY-2019-00002", account_stands=False)]
    found = release_findings(chosen, {PEOPLE[0]}, payer=False)
    assert [one.rule for one in found] == [
        "payments.no_payer",
        "payments.same_person",
        "payments.is_suspended",
        "payments.same_person",
        "payments.account_changed",
    ]
    assert all(one.text.startswith("PAY-2019-0000") for one in found[1:])


def test_nothing_chosen_is_no_file() -> None:
    assert [one.rule for one in release_findings([], {ACCOUNTANT}, payer=True)] == ["payments.none_chosen"]

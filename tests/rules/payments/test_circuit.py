"""The circuit: each act by its office in its scope, four acts by four people, nothing while time stands."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.actor import Assignment, Role, ScopeKind
from app.core.money import Money
from app.payments.rules.circuit import (
    MIN_REASON,
    NEXT,
    OFFICES,
    Act,
    Circuit,
    act_findings,
    amount_findings,
    confirming_findings,
    holds_office,
    reason_findings,
    returner,
    suspension_findings,
)
from app.payments.rules.lifecycle import ENDED, IN_PAYMENT, PAYMENT, WAITING, PaymentEvent, PaymentState

CALL, PROGRAMME, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
people = st.integers(10, 14).map(lambda number: UUID(int=number))
maybe = st.none() | people
circuits = st.builds(Circuit, maybe, maybe, maybe, maybe)
amounts = st.integers(-5, 10**9).map(Money)
held = st.builds(
    Assignment, st.sampled_from(Role), st.sampled_from(ScopeKind), st.sampled_from([None, CALL, PROGRAMME, OTHER])
)


@given(circuits, people)
def test_nobody_does_two_acts_on_one_payment(circuit: Circuit, person: UUID) -> None:
    did = person in {circuit.initiated_by, circuit.verified_by, circuit.authorised_by, circuit.released_by}
    rules = [one.rule for one in act_findings(circuit, {person}, suspended_on=None)]
    assert rules == (["payments.same_person"] if did else [])


def test_a_delegate_and_the_one_they_stood_for_are_one_person() -> None:
    colleague, delegate = UUID(int=10), UUID(int=11)
    circuit = Circuit(initiated_by=colleague)
    assert act_findings(circuit, {delegate}, suspended_on=None) == ()
    assert [one.rule for one in act_findings(circuit, {delegate, colleague}, suspended_on=None)] == [
        "payments.same_person"
    ]


@given(st.lists(people, min_size=4, max_size=4))
def test_only_four_different_people_come_to_the_end(order: list[UUID]) -> None:
    done: list[UUID] = []
    for person in order:
        circuit = Circuit(*done, *[None] * (4 - len(done)))
        if act_findings(circuit, {person}, suspended_on=None):
            break
        done.append(person)
    assert (len(done) == 4) == (len(set(order)) == 4)


@given(circuits, people)
def test_while_the_time_limit_is_suspended_nothing_moves(circuit: Circuit, person: UUID) -> None:
    found = act_findings(circuit, {person}, suspended_on=date(2019, 3, 1))
    assert found[-1].rule == "payments.is_suspended"
    assert "2019-03-01" in found[-1].text


@given(st.lists(held, max_size=5), st.sampled_from(Act))
def test_an_office_counts_only_where_it_is_held(roles: list[Assignment], act: Act) -> None:
    found = holds_office(tuple(roles), act, call_id=CALL, programme_id=PROGRAMME)
    expected = any(
        one.role in OFFICES[act]
        and (one.scope, one.scope_id if one.scope is not ScopeKind.PLATFORM else None)
        in {(ScopeKind.PLATFORM, None), (ScopeKind.PROGRAMME, PROGRAMME), (ScopeKind.CALL, CALL)}
        for one in roles
    )
    assert found == expected


def test_the_acts_are_those_of_the_offices() -> None:
    alone = {Act.VERIFY: Role.FINANCE_OFFICER, Act.AUTHORISE: Role.AUTHORISING_OFFICER}
    alone |= {Act.RELEASE: Role.ACCOUNTING_OFFICER, Act.RECORD: Role.ACCOUNTING_OFFICER}
    assert {act: OFFICES[act] for act in alone} == {act: (role,) for act, role in alone.items()}
    assert set(OFFICES) == set(Act)


@pytest.mark.parametrize("state", PaymentState)
def test_every_state_says_what_comes_next_or_is_an_end(state: PaymentState) -> None:
    assert (state in NEXT) == (state in IN_PAYMENT)
    if state in NEXT:
        assert PAYMENT.allows(state, NEXT[state][0])
    if state in ENDED:
        surfaces = (PaymentEvent.PAY,) if state is PaymentState.FAILED else ()
        assert PAYMENT.events_from(state) == surfaces, "only the bank revives what was given up"


@given(maybe, st.sets(people, min_size=1))
def test_who_reported_that_the_bank_never_paid_does_not_confirm_it(reporter: UUID | None, persons: set[UUID]) -> None:
    rules = [one.rule for one in confirming_findings(reporter, persons)]
    assert rules == (["payments.own_report"] if reporter in persons else [])


def test_what_may_still_leave_is_never_free_by_one_act() -> None:
    def ends(wanted: PaymentEvent) -> set[PaymentState]:
        return {state for (state, event) in PAYMENT.transitions if event is wanted}

    assert ends(PaymentEvent.CONFIRM) == {PaymentState.MISSING}, "a payment that was booked is not confirmed as missing"
    assert ends(PaymentEvent.FAIL) == {PaymentState.PAID}
    assert PaymentState.MISSING in IN_PAYMENT


@pytest.mark.parametrize("state", PaymentState)
def test_whose_turn_it_is_may_send_back(state: PaymentState) -> None:
    turn = {
        PaymentState.INITIATED: Act.VERIFY,
        PaymentState.VERIFIED: Act.AUTHORISE,
        PaymentState.AUTHORISED: Act.RELEASE,
    }
    assert returner(state) is turn.get(state)
    assert (returner(state) is not None) == PAYMENT.allows(state, PaymentEvent.RETURN)


@pytest.mark.parametrize("state", PaymentState)
@given(st.none() | st.dates())
def test_time_stands_still_only_while_somebody_here_must_act(state: PaymentState, since: date | None) -> None:
    stops = suspension_findings(state, since, wanted=True)
    assert (stops == ()) == (state in WAITING and since is None)
    assert (suspension_findings(state, since, wanted=False) == ()) == (since is not None)


@given(amounts, amounts)
def test_an_amount_is_refused_exactly_when_it_exceeds_what_is_left(wanted: Money, left: Money) -> None:
    rules = [one.rule for one in amount_findings(wanted, left)]
    if wanted.cents <= 0:
        assert rules == ["payments.amount_not_positive"]
    else:
        assert rules == (["payments.commitment_exceeded"] if wanted > left else [])


@given(st.text(max_size=30))
def test_a_reason_says_something(reason: str) -> None:
    assert bool(reason_findings(reason)) == (len(reason.strip()) < MIN_REASON)

"""Nobody gets a right that the other lacks, nothing outside the time, never what cannot be handed over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules.delegation import (
    DELEGABLE,
    LONGEST_MONTHS,
    DelegationState,
    Handover,
    Period,
    delegated,
    handover_violations,
    period_of,
    same_office,
    state_of_delegation,
)
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.periods import add_months

days = st.dates(date(2019, 1, 1), date(2030, 12, 31))
instants = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # a bound
scopes = st.sampled_from(
    [(ScopeKind.PLATFORM, None), (ScopeKind.PROGRAMME, UUID(int=1)), (ScopeKind.CALL, UUID(int=2))]
)
assignments = st.builds(lambda role, scope: Assignment(role, *scope), st.sampled_from(Role), scopes)
roles = st.lists(assignments, max_size=4).map(tuple)
PLATFORM = (Assignment(Role.PROGRAMME_OFFICER, ScopeKind.PLATFORM),)


def a_handover(**given_: object) -> Handover:
    values: dict[str, object] = {
        "same_person": False,
        "giver_active": True,
        "taker_active": True,
        "giver": PLATFORM,
        "taker": PLATFORM,
        "first": date(2026, 11, 25),
        "last": date(2026, 11, 30),
        "today": date(2026, 11, 25),
    }
    return Handover(**(values | given_))  # type: ignore[arg-type]


def rules(handover: Handover) -> set[str]:
    return {one.rule for one in handover_violations(handover)}


@given(roles)
def test_a_delegate_gets_no_right_that_the_other_lacks(held: tuple[Assignment, ...]) -> None:
    got = delegated(held)
    assert set(got) <= set(held)
    assert {one.role for one in got} <= DELEGABLE
    assert not {Role.ADMINISTRATOR, Role.EVALUATOR, Role.SIGNATORY} & {one.role for one in got}
    assert delegated(got) == got


@given(roles, roles)
def test_an_office_is_shared_by_both(giver: tuple[Assignment, ...], taker: tuple[Assignment, ...]) -> None:
    assert same_office(giver, taker) == same_office(taker, giver)
    if same_office(giver, taker):
        assert delegated(giver)
        assert delegated(taker)
    assert same_office(giver, giver) == bool(delegated(giver))


@given(days, st.integers(0, 100), instants, st.none() | instants)
def test_it_is_in_force_exactly_within_its_time(
    first: date, length: int, now: datetime, ended_at: datetime | None
) -> None:
    period = period_of(first, first + timedelta(days=length))
    assert timedelta(days=length, hours=23) <= period.ends_at - period.starts_at <= timedelta(days=length + 1, hours=1)
    state = state_of_delegation(period, ended_at, now)
    within = period.starts_at <= now < period.ends_at and (ended_at is None or now < ended_at)
    assert (state is DelegationState.IN_FORCE) == within


@given(instants)
def test_the_last_instant_is_out_and_the_first_is_in(start: datetime) -> None:
    period = Period(start, start + timedelta(days=1))
    assert state_of_delegation(period, None, start) is DelegationState.IN_FORCE
    assert state_of_delegation(period, None, period.ends_at) is DelegationState.OVER
    assert state_of_delegation(period, start, start) is DelegationState.ENDED


@given(days, st.integers(-3, 300), st.integers(-3, 300))
def test_days_are_in_order_not_over_and_not_too_many(first: date, length: int, since: int) -> None:
    last, today = first + timedelta(days=length), first + timedelta(days=since)
    found = rules(a_handover(first=first, last=last, today=today))
    assert ("delegation.ends_before" in found) == (length < 0)
    assert ("delegation.in_the_past" in found) == (0 <= length < since)
    assert ("delegation.too_long" in found) == (last > add_months(first, LONGEST_MONTHS))


def test_everything_that_stands_against_it_is_said_at_once() -> None:
    assert rules(a_handover()) == set()
    assert rules(a_handover(same_person=True, last=date(2026, 11, 1))) == {
        "delegation.to_oneself",
        "delegation.ends_before",
    }
    assert rules(a_handover(taker=())) == {"delegation.other_office"}
    assert rules(a_handover(taker_active=False)) == {"delegation.other_office"}
    assert rules(a_handover(giver=(Assignment(Role.ADMINISTRATOR, ScopeKind.PLATFORM),))) == {
        "delegation.nothing_to_hand_over"
    }


@given(st.sets(st.uuids(), max_size=3), st.none() | st.uuids(), st.none() | st.uuids())
def test_four_eyes_count_everybody(also: set[UUID], own: UUID | None, other: UUID | None) -> None:
    actor = Actor(person_id=own, also=frozenset(also), acting_for=other)
    assert actor.persons == also | {one for one in (own, other) if one is not None}

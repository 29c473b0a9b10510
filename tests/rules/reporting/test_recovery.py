"""Money that comes back: until when, what of each booking counts, and who may waive it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import USUAL_RECOVERY_DAYS, GrantTerms
from app.core.money import Money
from app.reporting.rules.recovery import (
    MIN_REASON,
    Came,
    Expected,
    nothing_open_findings,
    principal_of,
    received_findings,
    recovery_due_on,
    waiver_findings,
)

DAYS = st.dates(date(2014, 1, 1), date(2030, 12, 31))
AMOUNTS = st.integers(1, 10**9).map(Money)
NOTHING = Money.zero()
WHY = "x" * MIN_REASON
ADA, BOB = UUID(int=1), UUID(int=2)


@given(DAYS, st.integers(0, 730))
def test_it_is_due_as_many_days_after_the_decision_as_the_terms_say(decided: date, days: int) -> None:
    assert (recovery_due_on(decided, days) - decided).days == days


def test_a_call_that_names_no_term_has_thirty_days() -> None:
    assert GrantTerms().recovery_days == USUAL_RECOVERY_DAYS == 30


@given(
    AMOUNTS,
    st.integers(0, 10**6).map(Money),
    st.integers(-10, 10**9 + 10**6).map(Money),
    DAYS,
    st.integers(-50, 50),
    st.booleans(),
    st.booleans(),
)
def test_a_part_or_all_with_or_without_interest_may_come_and_more_needs_a_reason(  # independent figures
    owed: Money,
    interest: Money,
    received: Money,
    decided: date,
    later: int,
    taken: bool,  # noqa: FBT001
    said: bool,  # noqa: FBT001
) -> None:
    found = received_findings(
        received,
        Expected(owed, interest),
        decided_on=decided,
        booked_on=decided + timedelta(days=later),
        taken=taken,
        reason=WHY if said else "",
    )
    expected = {
        "recovery.line_taken": taken,
        "recovery.nothing_came": received <= NOTHING,
        "recovery.more_came": received > owed + interest and not said,
        "recovery.booked_before": later < 0,
    }
    assert {one.rule for one in found} == {rule for rule, broken in expected.items() if broken}


@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, DAYS), max_size=5))
def test_what_is_owed_is_paid_first_in_the_order_of_booking(owed: Money, lines: list[tuple[Money, date]]) -> None:
    came = [Came(amount, on) for amount, on in lines]
    parts = principal_of(owed, came)
    assert Money.total(one.amount for one in parts) == min(owed, Money.total(one.amount for one in came))
    assert [one.on for one in parts] == sorted(one.on for one in parts)
    assert all(one.amount > NOTHING for one in parts)
    assert sorted(principal_of(owed, reversed(came)), key=str) == sorted(parts, key=str) or len(
        {d for _, d in lines}
    ) < len(lines)


def test_who_decided_that_money_is_owed_does_not_waive_it_and_nobody_without_a_reason() -> None:
    assert not waiver_findings([ADA], [BOB, None], WHY)
    assert [one.rule for one in waiver_findings([ADA, BOB], [None, BOB], WHY)] == ["recovery.own_waiver"]
    assert [one.rule for one in waiver_findings([ADA], [None], " ")] == ["recovery.waiver_reason"]
    assert not nothing_open_findings(Expected(NOTHING, Money(1)))
    assert nothing_open_findings(Expected(NOTHING, NOTHING))

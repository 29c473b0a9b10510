"""Money that comes back: until when, and which booking is it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import USUAL_RECOVERY_DAYS, GrantTerms
from app.core.money import Money
from app.reporting.rules.recovery import amounts_that_settle, received_findings, recovery_due_on

DAYS = st.dates(date(2014, 1, 1), date(2030, 12, 31))
AMOUNTS = st.integers(1, 10**9).map(Money)


@given(DAYS, st.integers(0, 730))
def test_it_is_due_as_many_days_after_the_decision_as_the_terms_say(decided: date, days: int) -> None:
    assert (recovery_due_on(decided, days) - decided).days == days


def test_a_call_that_names_no_term_has_thirty_days() -> None:
    assert GrantTerms().recovery_days == USUAL_RECOVERY_DAYS == 30


@given(AMOUNTS, st.integers(0, 10**6).map(Money), AMOUNTS, DAYS, st.integers(-50, 50), st.booleans())
def test_only_the_amount_alone_or_with_its_interest_settles_it_once_and_not_before(  # independent figures
    owed: Money,
    interest: Money,
    received: Money,
    decided: date,
    later: int,
    taken: bool,  # noqa: FBT001
) -> None:
    settles = amounts_that_settle(owed, interest)
    found = received_findings(
        received, settles, decided_on=decided, booked_on=decided + timedelta(days=later), taken=taken
    )
    expected = set()
    if taken:
        expected.add("recovery.line_taken")
    if received not in {owed, owed + interest}:
        expected.add("recovery.other_amount")
    if later < 0:
        expected.add("recovery.booked_before")
    assert {one.rule for one in found} == expected
    assert not received_findings(owed + interest, settles, decided_on=decided, booked_on=decided, taken=False)

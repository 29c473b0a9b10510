"""Interest for a late payment: owed by itself above the minimum, else only to who asks within two months."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.core.periods import add_months
from app.core.rates import Rate
from app.payments.rules.interest import Interest, Reference, reference_day
from app.reporting.rules.late_payment import (
    LEAST,
    InterestState,
    LatePayment,
    paying_findings,
    request_findings,
)

DUE = date(2026, 3, 31)


def late(owed: int, days: int, minimum: Money | None = LEAST, asked: date | None = None, **more: bool) -> LatePayment:
    booked = DUE + timedelta(days=days)
    reference = Reference(reference_day(DUE), Rate(215))
    interest = Interest(Money(owed), DUE, booked, reference, Rate(350), minimum)
    return LatePayment(interest, booked, asked, **more)


PAYMENTS = st.builds(
    late,
    owed=st.integers(1, 10**10),
    days=st.integers(1, 400),
    minimum=st.none() | st.integers(0, 100_000).map(Money),
    asked=st.none() | st.dates(date(2026, 4, 1), date(2028, 1, 1)),
)
DAYS = st.dates(date(2026, 4, 1), date(2029, 1, 1))


@given(PAYMENTS, DAYS)
def test_more_than_the_minimum_is_owed_by_itself_and_the_rest_on_request_in_time(one: LatePayment, today: date) -> None:
    minimum = LEAST if one.interest.minimum_claim is None else one.interest.minimum_claim
    in_time = one.requested_on is not None and one.requested_on <= add_months(one.booked_on, 2)
    owed = bool(one.interest.amount) and (one.interest.amount > minimum or in_time)
    assert (one.state(today) is InterestState.DUE) == owed
    assert (paying_findings(one, today) == ()) == owed
    if not owed:
        asks = request_findings(one, today) == ()
        assert asks == (bool(one.interest.amount) and today <= one.request_until)
    else:
        assert {found.rule for found in request_findings(one, today)} == {"interest.needs_no_request"}


@given(PAYMENTS, DAYS, st.booleans())
def test_what_is_paid_or_on_its_way_is_never_paid_again(one: LatePayment, today: date, paid: bool) -> None:  # noqa: FBT001
    going = LatePayment(one.interest, one.booked_on, one.requested_on, under_way=not paid, paid=paid)
    assert going.state(today) is (InterestState.PAID if paid else InterestState.UNDER_WAY)
    assert {found.rule for found in paying_findings(going, today)} == {"interest.asked_already"}


def test_the_minimum_is_the_border() -> None:
    above, border = late(36_500_000, 4, minimum=Money(22_599)), late(36_500_000, 4, minimum=Money(22_600))
    assert above.interest.amount == Money(22_600)
    assert above.state(above.booked_on) is InterestState.DUE
    assert border.state(border.booked_on) is InterestState.ON_REQUEST
    assert border.state(border.request_until) is InterestState.ON_REQUEST
    assert border.state(border.request_until + timedelta(days=1)) is InterestState.LAPSED


def test_what_was_not_late_bears_nothing() -> None:
    assert {one.rule for one in paying_findings(None, DUE)} == {"interest.not_late"}
    assert {one.rule for one in request_findings(None, DUE)} == {"interest.not_late"}

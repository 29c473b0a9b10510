"""Claims for third parties are held against the register: pointed out before, kept afterwards."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.cascade.queries.payments import used_by_partner
from app.cascade.schemas import ReverseSupport
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.grants.queries.facts import day_of
from app.reporting.queries.reading import report_reading
from app.reporting.use_cases.take_back_support import take_back_support
from tests.builders import reporting as build
from tests.builders import support
from tests.builders.grants import MadeGrant

CLAIMED = ({"category": "third_parties", "words": "Two vouchers", "amount": "3000.00"},)
WHY = ReverseSupport(reason="The company gave it back.")


@pytest.fixture
def made(session: Session) -> MadeGrant:
    return build.a_reporting_grant(session)


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RulesViolatedError) as error:
        act()
    return [one.rule for one in error.value.violations]


def unrecorded(session: Session, made: MadeGrant) -> list[str]:
    found = report_reading(session, made.grant_id, 1).findings(day_of(build.REPORTED))
    return [one.text for one in found if one.rule == "statement.support_not_recorded"]


def test_what_is_claimed_and_not_recorded_is_pointed_out_to_everybody(session: Session, made: MadeGrant) -> None:
    build.stated(session, made, 0, costs=build.lines(CLAIMED))
    support.paid(session, made, support.a_voucher(made))
    support.paid(session, made, support.a_voucher(made, 1))
    [words] = unrecorded(session, made)
    assert "EUR 3,000.00" in words
    assert "EUR 1,500.00" in words
    reading = report_reading(session, made.grant_id, 1)
    assert reading.support_of(made.partner_id(0)).missing == Money(150_000)
    assert reading.support_of(made.partner_id(1)).missing == Money(0)
    support.paid(session, made, support.a_voucher(made))
    assert unrecorded(session, made) == []


def test_a_payment_that_an_accepted_cost_rests_on_is_not_taken_back(session: Session, made: MadeGrant) -> None:
    first, second, third = (support.paid(session, made, support.a_voucher(made)) for _ in range(3))
    build.submitted(session, made, costs=build.lines(CLAIMED))
    actor = made.actor(session)

    def take(payment_id: UUID) -> None:
        take_back_support(session, actor, made.grant_id, payment_id, WHY, now=build.DECIDED)

    build.accepted(session, made)
    with pytest.raises(NotPermittedError):
        take_back_support(session, made.officer, made.grant_id, first, WHY, now=build.DECIDED)
    take(first)
    assert refused(lambda: take(second)) == ["support.accepted_already"]
    assert used_by_partner(session, made.grant_id)[made.partner_id(0)] == Money(300_000)
    support.paid(session, made, support.a_voucher(made))
    take(second)
    assert refused(lambda: take(second)) == ["support.reversed_already"]
    assert refused(lambda: take(third)) == ["support.accepted_already"]

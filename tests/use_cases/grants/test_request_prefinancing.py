"""The pre-financing follows from the agreement, is asked for once by the office, and goes to the coordinator's account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.core.money import Money
from app.core.rates import Rate
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.payments.queries import payment_row, payments_of
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from tests.builders.grants import IN_FORCE, a_grant_to_sign, a_running_grant

NOW = IN_FORCE + timedelta(days=1)


def test_it_is_initiated_with_its_amount_its_sheet_and_its_day(session: Session) -> None:
    made = a_running_grant(session)
    payment = payment_row(session, request_prefinancing(session, made.officer, made.grant_id, now=NOW))
    maximum = made.row(session).maximum_grant
    assert payment.amount == maximum.share_down(Rate.percent(40))
    assert (payment.kind, payment.state) == (PaymentKind.PREFINANCING, PaymentState.INITIATED)
    assert payment.organisation_id == made.made.members[0].organisation.id
    assert payment.due_on == date(2019, 11, 21), (
        "30 days after ten days before the start, which is later than the entry"
    )
    assert [amount for _, amount in payment.sheet] == [maximum, payment.amount, payment.amount]
    assert payment.commitment_id == made.row(session).commitment_id


def test_it_is_asked_for_once_and_only_by_the_office(session: Session) -> None:
    made = a_running_grant(session)
    for actor in (made.actor(session), made.authority):
        with pytest.raises(NotPermittedError):
            request_prefinancing(session, actor, made.grant_id, now=NOW)
    request_prefinancing(session, made.officer, made.grant_id, now=NOW)
    with pytest.raises(RulesViolatedError):
        request_prefinancing(session, made.officer, made.grant_id, now=NOW)
    assert len(payments_of(session, "grant", made.grant_id)) == 1
    assert Money.total(one.amount for one in payments_of(session, "grant", made.grant_id)) > Money(0)


def test_nothing_is_paid_before_the_agreement_binds(session: Session) -> None:
    made = a_grant_to_sign(session)
    with pytest.raises(TransitionNotAllowedError):
        request_prefinancing(session, made.officer, made.grant_id, now=NOW)

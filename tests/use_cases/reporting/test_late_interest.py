"""Interest for a payment that came late: asked for where it is little, paid beside the grant, counted in none of its figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import PUBLIC, Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.money import Money
from app.data_protection.rules.erasure import ERASED_NAME
from app.data_protection.use_cases.forget_payees import forget_payees
from app.documents.queries import documents_of
from app.infra.ids import new_id
from app.jobs.verify import verify_money
from app.ledger.models import Envelope
from app.ledger.queries import commitment_for_change, envelopes_of_call
from app.ledger.use_cases.charge_administration import ADMINISTRATION
from app.notifications.queries.interest_work import interest_waiting
from app.payments.models import Payment, StatementLine
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import GiveReason
from app.payments.use_cases.cancel_payment import cancel_payment
from app.reporting.queries.documents import ABOUT_PAYMENT, INTEREST_LETTER
from app.reporting.queries.late_payments import late_payments
from app.reporting.queries.paid import paid_so_far, payments_under_way
from app.reporting.queries.portfolio import standing_of
from app.reporting.rules.late_payment import InterestState
from app.reporting.schemas import AboutLatePayment
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.reporting.use_cases.pay_interest import pay_interest
from app.reporting.use_cases.request_interest import request_interest
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.people import a_person, actor_for

LITTLE, MUCH = 2, 60
"""Days late: interest below and above the minimum."""


def late(session: Session, days: int, **given: Any) -> tuple[MadeGrant, UUID, datetime]:
    """A grant whose pre-financing the bank booked so many days late; the payment and the moment of its booking."""
    made = build.a_reporting_grant(session, **given)
    payment_id = ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    due = payment_row(session, payment_id).due_on
    when = datetime(due.year, due.month, due.day, 10, tzinfo=build.OPENED.tzinfo) + timedelta(days=days)
    build.paid(session, payment_id, now=when)
    return made, payment_id, when


def figures(session: Session, made: MadeGrant, when: datetime) -> object:
    """Everything that counts the money of the grant."""
    agreement = made.agreement(session)
    commitment = agreement.commitment_id
    assert commitment is not None
    bound = commitment_for_change(session, commitment)
    return (
        paid_so_far(session, agreement),
        payments_under_way(session, made.grant_id),
        standing_of(session, made.grant_id, today=when.date()),
        (bound.pending, bound.paid, bound.released),
        envelopes_of_call(session, made.ranked.call.id),
    )


def rules(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {one.rule for one in error.value.violations}


def about(payment_id: UUID) -> AboutLatePayment:
    return AboutLatePayment(payment_id=payment_id)


def state(session: Session, made: MadeGrant, when: datetime) -> InterestState:
    [row] = late_payments(session, made.grant_id, when.date())
    return row.state


def test_much_interest_is_paid_by_itself_and_no_figure_of_the_grant_knows_it(session: Session) -> None:
    made, payment_id, when = late(session, MUCH)
    before = figures(session, made, when)
    [row] = late_payments(session, made.grant_id, when.date())
    assert row.state is InterestState.DUE
    assert row.late.interest.amount > Money(20_000)
    interest_id = pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when)
    interest = payment_row(session, interest_id)
    assert (interest.kind, interest.amount) == (PaymentKind.INTEREST, row.late.interest.amount)
    assert interest.call_id == made.ranked.call.id, "the same people act on it"
    assert figures(session, made, when) == before
    assert state(session, made, when) is InterestState.UNDER_WAY
    with pytest.raises(RulesViolatedError) as error:
        pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when)
    assert rules(error) == {"interest.asked_already"}
    build.paid(session, interest_id, now=when)
    assert state(session, made, when) is InterestState.PAID
    assert figures(session, made, when) == before
    own = session.scalars(sa.select(Envelope).where(Envelope.code == ADMINISTRATION)).one()
    assert (own.appropriated, own.paid, own.available) == (interest.amount, interest.amount, Money(0))
    assert verify_money(session).faults == ()
    [letter] = [one for one in documents_of(session, ABOUT_PAYMENT, [payment_id]) if one.kind == INTEREST_LETTER]
    assert letter.data["amount"] == interest.amount.amount


def test_little_interest_is_paid_on_request_within_two_months(session: Session) -> None:
    made, payment_id, when = late(session, LITTLE)
    assert state(session, made, when) is InterestState.ON_REQUEST
    with pytest.raises(RulesViolatedError) as error:
        pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when)
    assert rules(error) == {"interest.not_requested"}
    coordinator = made.actor(session)
    request_interest(session, coordinator, made.grant_id, about(payment_id), now=when)
    with pytest.raises(RulesViolatedError) as error:
        request_interest(session, coordinator, made.grant_id, about(payment_id), now=when)
    assert rules(error) == {"interest.needs_no_request"}
    assert state(session, made, when) is InterestState.DUE
    pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when)
    assert verify_money(session).faults == ()


def test_after_two_months_nobody_asks(session: Session) -> None:
    made, payment_id, when = late(session, LITTLE)
    over = when + timedelta(days=63)
    with pytest.raises(RulesViolatedError) as error:
        request_interest(session, made.actor(session), made.grant_id, about(payment_id), now=over)
    assert rules(error) == {"interest.request_too_late"}
    assert state(session, made, over) is InterestState.LAPSED


def test_what_was_given_up_is_asked_for_again_and_charged_once(session: Session) -> None:
    made, payment_id, when = late(session, MUCH)
    first = pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when)
    cancel_payment(session, made.officer, first, GiveReason(reason="The account was wrong."), now=when)
    second = pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when)
    build.paid(session, second, now=when)
    assert payment_row(session, first).commitment_id == payment_row(session, second).commitment_id
    assert payment_row(session, second).state is PaymentState.PAID
    assert verify_money(session).faults == ()


def test_who_may_ask_and_who_may_pay(session: Session) -> None:
    made, payment_id, when = late(session, LITTLE)
    partner, stranger = made.actor(session, 1), actor_for(session, a_person(session))
    for actor, error in ((partner, NotPermittedError), (stranger, NotFoundError), (PUBLIC, SignInRequiredError)):
        with pytest.raises(error):
            request_interest(session, actor, made.grant_id, about(payment_id), now=when)
    request_interest(session, made.actor(session), made.grant_id, about(payment_id), now=when)
    with pytest.raises(NotPermittedError):
        pay_interest(session, made.actor(session), made.grant_id, about(payment_id), now=when)
    with pytest.raises(RulesViolatedError) as refused:
        pay_interest(session, made.officer, made.grant_id, about(new_id()), now=when)
    assert rules(refused) == {"interest.not_late"}


def test_the_start_page_asks_each_in_turn(session: Session) -> None:
    made, payment_id, when = late(session, LITTLE)
    coordinator, office = made.actor(session), made.officer

    def asked(actor: Actor) -> list[bool]:
        return [one.owed for one in interest_waiting(session, actor, now=when) if one.grant_id == made.grant_id]

    assert (asked(coordinator), asked(office)) == ([False], [])
    request_interest(session, coordinator, made.grant_id, about(payment_id), now=when)
    assert (asked(coordinator), asked(office)) == ([], [True])
    pay_interest(session, office, made.grant_id, about(payment_id), now=when)
    assert (asked(coordinator), asked(office)) == ([], [])
    assert asked(PUBLIC) == []


def test_its_holder_is_forgotten_with_those_of_the_grant(session: Session) -> None:
    made, payment_id, when = late(session, MUCH)
    build.paid(session, pay_interest(session, made.officer, made.grant_id, about(payment_id), now=when), now=when)
    assert ERASED_NAME not in session.scalars(sa.select(Payment.holder)).all()
    forget_payees(session, made.made.application_id, instead=ERASED_NAME)
    assert session.scalars(sa.select(Payment.holder)).all() == [ERASED_NAME, ERASED_NAME]
    assert set(session.scalars(sa.select(StatementLine.counterparty))) == {ERASED_NAME}

"""What the portfolio says is next: money that nobody asked for, money that is owed back, payments that failed after closure."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.payments.queries import payment_row
from app.payments.rules.statements import Stated
from app.payments.schemas import FailPayment, GiveReason
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.record_statement import record_statement
from app.reporting.queries.portfolio import standing_of
from app.reporting.rules.lateness import NextAct, Step
from app.reporting.rules.portfolio import PortfolioFilter, narrowed
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.request_payment import request_payment
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.payments import an_office, line_of

YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
LATER = build.FINALLY + timedelta(days=60)
BIG = ({"category": "personnel", "words": "Everybody, all year", "amount": "78000.00"},)


def what_is_next(session: Session, made: MadeGrant, today: date) -> NextAct:
    """The most urgent act; a late one is found by the filter of its own step and by that of all that is late."""
    row = standing_of(session, made.grant_id, today=today)
    for late in ("yes", row.act.step.value):
        assert bool(narrowed([row], PortfolioFilter(late=late))) == row.late
    return row.act


def sent_back(session: Session, payment_id: UUID) -> None:
    """The bank books the money again: it came back."""
    office, row = an_office(session), payment_row(session, payment_id)
    line = Stated(booked_on=LATER.date(), amount=row.amount, end_to_end_id=row.reference, text="account closed")
    record_statement(session, office.accountant, [line], now=LATER)
    command = FailPayment(reason="The account was closed.", line_id=line_of(session, row.reference, row.amount))
    fail_payment(session, office.accountant, payment_id, command, now=LATER)


def test_a_pre_financing_that_nobody_asked_for_is_late(session: Session) -> None:
    made = build.a_reporting_grant(session)
    act = what_is_next(session, made, date(2020, 3, 1))
    assert act.step is Step.PREFINANCE
    assert act.days_late(date(2020, 3, 1)) > 0
    payment_id = ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    assert what_is_next(session, made, date(2020, 3, 1)) == NextAct(Step.PAY, act.by, who="finance officer")
    reason = GiveReason(reason="The coordinator changes its account.")
    cancel_payment(session, made.officer, payment_id, reason, now=build.OPENED)
    assert what_is_next(session, made, date(2020, 3, 1)) == act


def test_money_that_is_owed_back_is_late_after_its_last_day(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    act = what_is_next(session, made, date(2021, 12, 15))
    assert (act, act.days_late(date(2021, 12, 25))) == (NextAct(Step.HEAR, date(2021, 12, 15), 2), 0)
    act = what_is_next(session, made, date(2022, 1, 24))
    assert (act, act.days_late(date(2022, 1, 24))) == (NextAct(Step.CONFIRM, date(2022, 1, 14), 2), 10)
    build.heard(session, made)
    act = what_is_next(session, made, date(2021, 12, 25))
    assert act == NextAct(Step.RECOVER, date(2021, 12, 15), 2)
    assert act.days_late(date(2021, 12, 25)) == 10


def test_a_payment_that_failed_is_next_until_the_balance_settles_it_and_after_closure(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    build.submitted(session, made, costs=build.lines(BIG))
    build.accepted(session, made)
    interim = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    build.paid(session, interim, now=build.DECIDED)
    sent_back(session, interim)
    assert what_is_next(session, made, LATER.date()).number == 1
    build.submitted(session, made, number=2, costs=build.lines(BIG, YEAR_TWO)[:1], now=build.FINALLY)
    build.accepted(session, made, number=2, now=build.FINALLY)
    by = build.FINALLY.date() + timedelta(days=made.agreement(session).terms.payment_days)
    assert what_is_next(session, made, LATER.date()) == NextAct(Step.REQUEST, by, 2), "the balance settles the first"
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    build.paid(session, balance, now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    assert what_is_next(session, made, date(2022, 3, 1)) == NextAct(Step.NOTHING)
    sent_back(session, balance)
    assert what_is_next(session, made, date(2022, 3, 1)) == NextAct(Step.REQUEST, by, 2)

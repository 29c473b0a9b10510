"""A payment that the bank sends back after the balance is settled again, by who asked for it; nothing is paid twice."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState
from app.jobs.verify import verify_money
from app.notifications.queries.reporting_work import reporting_work
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.statements import Stated
from app.payments.schemas import FailPayment, GiveReason, MatchLine
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.queries.paid import may_be_asked
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import calculations_of, reports_of
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.request_payment import request_payment
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.payments import a_bank, a_booking, an_office, line_of, never_paid, released

YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
LATER = build.FINALLY + timedelta(days=60)
BIG = ({"category": "personnel", "words": "Everybody, all year", "amount": "78000.00"},)


def refused(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {one.rule for one in error.value.violations}


def sent_back(session: Session, payment_id: UUID) -> None:
    """The bank books the money again: it came back."""
    office, row = an_office(session), payment_row(session, payment_id)
    line = Stated(booked_on=LATER.date(), amount=row.amount, end_to_end_id=row.reference, text="account closed")
    record_statement(session, office.accountant, [line], now=LATER)
    found = line_of(session, row.reference, row.amount)
    command = FailPayment(reason="The account of the coordinator was closed.", line_id=found)
    fail_payment(session, office.accountant, payment_id, command, now=LATER)


def settled(session: Session, *, interim: bool = True) -> tuple[MadeGrant, UUID, UUID | None]:
    """A grant whose balance is decided: its pre-financing, and the payment after the first report where one was asked for."""
    made = build.a_reporting_grant(session)
    first = ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    build.paid(session, first, now=build.OPENED)
    build.submitted(session, made, costs=build.lines(BIG))
    build.accepted(session, made)
    second = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED) if interim else None
    if second is not None:
        build.paid(session, second, now=build.DECIDED)
    build.submitted(session, made, number=2, costs=build.lines(BIG, YEAR_TWO)[:1], now=build.FINALLY)
    build.accepted(session, made, number=2, now=build.FINALLY)
    return made, first, second


def asked_again(session: Session, made: MadeGrant, number: int) -> bool:
    """Whether page and start page of the office ask for the payment after a report."""
    work = [one.number for one in reporting_work(session, made.officer, today=LATER.date()) if one.unpaid]
    shown = may_be_asked(session, report_reading(session, made.grant_id, number))
    assert shown == (number in work), "the start page asks for what the page offers"
    return shown


def test_no_pre_financing_is_asked_for_once_the_balance_is_decided(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.submitted(session, made, costs=build.lines((), YEAR_TWO))
    build.accepted(session, made)
    build.submitted(session, made, number=2, costs=build.lines(BIG, YEAR_TWO), now=build.FINALLY)
    build.accepted(session, made, number=2, now=build.FINALLY)
    with pytest.raises(RulesViolatedError) as error:
        ask_prefinancing(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"settlement.too_late_for_prefinancing"}
    with pytest.raises(NotPermittedError):
        ask_prefinancing(session, made.actor(session), made.grant_id, now=LATER)


def test_a_pre_financing_that_comes_back_after_the_balance_is_paid_again_before_the_grant_closes(
    session: Session,
) -> None:
    made, first, _ = settled(session)
    build.paid(session, request_payment(session, made.officer, made.grant_id, 2, now=LATER), now=LATER)
    sent_back(session, first)
    assert verify_money(session).faults == ()
    with pytest.raises(RulesViolatedError) as error:
        close_grant(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"closing.came_back"}
    again = ask_prefinancing(session, made.officer, made.grant_id, now=LATER)
    with pytest.raises(RulesViolatedError) as error:
        ask_prefinancing(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"settlement.too_late_for_prefinancing"}
    build.paid(session, again, now=LATER)
    assert close_grant(session, made.officer, made.grant_id, now=LATER) == Money(0)
    assert verify_money(session).faults == ()


def test_an_interim_payment_that_comes_back_after_the_balance_is_asked_for_again_once(session: Session) -> None:
    made, _, second = settled(session)
    assert second is not None
    assert asked_again(session, made, 2)
    build.paid(session, request_payment(session, made.officer, made.grant_id, 2, now=LATER), now=LATER)
    assert not asked_again(session, made, 1)
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 1, now=LATER)
    assert refused(error) == {"settlement.requested", "settlement.superseded"}
    sent_back(session, second)
    assert asked_again(session, made, 1)
    with pytest.raises(RulesViolatedError) as error:
        close_grant(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"closing.unpaid"}
    again = request_payment(session, made.officer, made.grant_id, 1, now=LATER)
    assert calculations_of(session, made.grant_id)[0].payment_id == again
    build.paid(session, again, now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    assert verify_money(session).faults == ()


def test_what_the_bank_pays_after_all_is_not_asked_for_again(session: Session, tmp_path: Path) -> None:
    made = build.a_reporting_grant(session)
    build.submitted(session, made, costs=build.lines(BIG))
    build.accepted(session, made)
    first = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    office, why = an_office(session), GiveReason(reason="The bank books the first one after all.")
    verify_payment(session, office.verifier, first, now=build.DECIDED)
    authorise_payment(session, office.authoriser, first, now=build.DECIDED)
    released(session, office, a_bank(tmp_path), [first], now=build.DECIDED)
    never_paid(session, office, first, now=build.DECIDED)
    assert asked_again(session, made, 1)
    second = request_payment(session, made.officer, made.grant_id, 1, now=LATER)
    record_statement(session, office.accountant, [a_booking(payment_row(session, first))], now=LATER)
    cancel_payment(session, made.officer, second, why, now=LATER)
    row = payment_row(session, first)
    line_id = line_of(session, row.reference, -row.amount)
    match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=LATER)
    assert calculations_of(session, made.grant_id)[0].payment_id == second
    assert not asked_again(session, made, 1)
    [report] = [one for one in reports_of(session, made.grant_id) if one.number == 1]
    assert (report.asked_for, report.paid_on) == (True, date(2019, 3, 8))
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 1, now=LATER)
    assert refused(error) == {"settlement.requested"}
    assert verify_money(session).faults == ()


def test_what_came_back_before_the_balance_is_settled_by_it(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.submitted(session, made, costs=build.lines(BIG))
    build.accepted(session, made)
    first = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    build.paid(session, first, now=build.DECIDED)
    sent_back(session, first)
    assert asked_again(session, made, 1)
    build.submitted(session, made, number=2, costs=build.lines(BIG, YEAR_TWO)[:1], now=build.FINALLY)
    build.accepted(session, made, number=2, now=build.FINALLY)
    assert not asked_again(session, made, 1)
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 1, now=LATER)
    assert refused(error) == {"settlement.superseded"}
    assert verify_money(session).faults == ()


def test_a_balance_that_comes_back_after_closure_is_paid_again(session: Session) -> None:
    made, _, _ = settled(session)
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    build.paid(session, balance, now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    sent_back(session, balance)
    assert made.row(session).state == GrantState.CLOSED
    assert asked_again(session, made, 2)
    again = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    build.paid(session, again, now=LATER)
    assert payment_row(session, again).state is PaymentState.PAID
    assert not asked_again(session, made, 2)
    assert verify_money(session).faults == ()


def never_booked(session: Session, made: MadeGrant, payment_id: UUID, folder: Path) -> None:
    """The payment goes to the bank, and two people say that it was never paid."""
    office = an_office(session)
    verify_payment(session, office.verifier, payment_id, now=build.DECIDED)
    authorise_payment(session, office.authoriser, payment_id, now=build.DECIDED)
    released(session, office, a_bank(folder), [payment_id], now=build.DECIDED)
    never_paid(session, office, payment_id, now=build.DECIDED)


def balance_without(session: Session, folder: Path) -> tuple[MadeGrant, UUID]:
    """A grant whose balance was decided after its interim payment was given up as never paid."""
    made = build.a_reporting_grant(session)
    build.submitted(session, made, costs=build.lines(BIG))
    build.accepted(session, made)
    first = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    never_booked(session, made, first, folder)
    build.submitted(session, made, number=2, costs=build.lines(BIG, YEAR_TWO)[:1], now=build.FINALLY)
    build.accepted(session, made, number=2, now=build.FINALLY)
    return made, first


def test_a_balance_is_not_paid_beside_what_it_counts_as_never_paid_and_the_bank_booked(
    session: Session, tmp_path: Path
) -> None:
    made, first = balance_without(session, tmp_path)
    record_statement(session, an_office(session).accountant, [a_booking(payment_row(session, first))], now=LATER)
    assert payment_row(session, first).state is PaymentState.PAID
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    assert refused(error) == {"settlement.paid_after_all"}
    sent_back(session, first)
    build.paid(session, request_payment(session, made.officer, made.grant_id, 2, now=LATER), now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    assert verify_money(session).faults == ()


def test_what_the_bank_books_while_the_balance_is_under_way_waits_and_stops_the_balance(
    session: Session, tmp_path: Path
) -> None:
    made, first = balance_without(session, tmp_path)
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    office, row = an_office(session), payment_row(session, first)
    verify_payment(session, office.verifier, balance, now=LATER)
    authorise_payment(session, office.authoriser, balance, now=LATER)
    record_statement(session, office.accountant, [a_booking(row)], now=LATER)
    assert payment_row(session, first).state is PaymentState.FAILED, "the line is open: the balance pays it too"
    with pytest.raises(RulesViolatedError) as error:
        released(session, office, a_bank(tmp_path), [balance], now=LATER)
    assert refused(error) == {"payments.paid_before"}
    line_id = line_of(session, row.reference, -row.amount)
    with pytest.raises(RulesViolatedError) as error:
        match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=LATER)
    assert refused(error) == {"payments.paid_after_all"}
    sent_back(session, first)
    released(session, office, a_bank(tmp_path), [balance], now=LATER)
    record_statement(session, office.accountant, [a_booking(payment_row(session, balance))], now=LATER)
    assert payment_row(session, balance).state is PaymentState.PAID
    assert verify_money(session).faults == ()

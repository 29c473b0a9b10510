"""What the bank never paid: two people say so before its amount is free, and the statement has the last word."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import Role
from app.core.errors import NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.core.money import Money
from app.ledger.queries import booked, commitment_for_change
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.models import Payment
from app.payments.queries import payment_row
from app.payments.queries.statements import lines_of_payment
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import FailPayment, GiveReason, MatchLine
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.report_missing import confirm_missing, find_payment, report_missing
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.verify_payments import verify_payments
from tests.builders.payments import (
    Office,
    a_bank,
    a_booking,
    an_authorised_payment,
    an_office,
    line_of,
    never_paid,
    officer,
    released,
    the_same_again,
)
from tests.conftest import NOW

WHY = GiveReason(reason="The bank refused the whole file.")


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def left(session: Session, office: Office, tmp_path: Path) -> UUID:
    """An interim payment, which is not one that happens once, in a file for the bank."""
    payment_id = an_authorised_payment(session, office, kind=PaymentKind.INTERIM)
    released(session, office, a_bank(tmp_path), [payment_id])
    return payment_id


def rules(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {one.rule for one in error.value.violations}


def state(session: Session, payment_id: UUID) -> PaymentState:
    return payment_row(session, payment_id).state


def kinds(session: Session, payment_id: UUID) -> list[str]:
    """What happened to the payment, in order."""
    found = sa.select(Event.kind).where(Event.subject_id == payment_id).order_by(Event.seq)
    return list(session.scalars(found))


def faults(session: Session) -> tuple[str, ...]:
    assert verify_ledger(session).faults == ()
    return verify_payments(session, booked(session)).faults


def test_one_person_alone_frees_nothing(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    with pytest.raises(TransitionNotAllowedError):
        fail_payment(session, office.accountant, left, FailPayment(reason=WHY.reason), now=NOW)
    with pytest.raises(RulesViolatedError) as error:
        report_missing(session, office.accountant, left, GiveReason(), now=NOW)
    assert rules(error) == {"payments.reason_too_short"}
    with pytest.raises(NotPermittedError):
        report_missing(session, office.authoriser, left, WHY, now=NOW)
    report_missing(session, office.accountant, left, WHY, now=NOW)
    assert state(session, left) is PaymentState.MISSING
    with pytest.raises(RulesViolatedError) as error:
        confirm_missing(session, office.accountant, left, now=NOW)
    assert rules(error) == {"payments.own_report"}
    for other in (office.initiator, office.verifier):
        with pytest.raises(NotPermittedError):
            confirm_missing(session, other, left, now=NOW)
    with pytest.raises(RulesViolatedError) as error:
        the_same_again(session, office, left)
    assert "payments.initiated_already" in rules(error)
    confirm_missing(session, office.authoriser, left, now=NOW)
    assert state(session, left) is PaymentState.FAILED
    again = payment_row(session, the_same_again(session, office, left))
    assert (again.claim_id, again.commitment_id) == (row.claim_id, row.commitment_id)
    assert faults(session) == ()


def test_another_accounting_officer_confirms_too_and_no_program_writes_less(
    session: Session, office: Office, left: UUID
) -> None:
    for forged in ({"state": "failed"}, {"state": "failed", "confirmed_at": NOW, **_both(office)}):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.update(Payment).where(Payment.id == left).values(forged))
    report_missing(session, office.accountant, left, WHY, now=NOW)
    confirm_missing(session, officer(session, Role.ACCOUNTING_OFFICER), left, now=NOW)
    assert state(session, left) is PaymentState.FAILED


def _both(office: Office) -> dict[str, UUID | None]:
    return {"missing_by": office.accountant.person_id, "confirmed_by": office.accountant.person_id}


def test_what_is_found_at_the_bank_is_booked_as_ever(session: Session, office: Office, left: UUID) -> None:
    report_missing(session, office.accountant, left, WHY, now=NOW)
    find_payment(session, office.accountant, left, now=NOW)
    row = payment_row(session, left)
    assert (row.state, row.reason, row.missing_at) == (PaymentState.RELEASED, "", None)
    report_missing(session, office.accountant, left, WHY, now=NOW)
    record_statement(session, office.accountant, [a_booking(row)], now=NOW)
    assert state(session, left) is PaymentState.PAID
    with pytest.raises(TransitionNotAllowedError):  # else it would be asked for again, and leave twice
        confirm_missing(session, office.authoriser, left, now=NOW)
    assert state(session, left) is PaymentState.PAID
    assert faults(session) == ()


@pytest.mark.parametrize("named", [True, False])
def test_what_looks_booked_is_not_missing(session: Session, office: Office, left: UUID, *, named: bool) -> None:
    row = payment_row(session, left)
    report_missing(session, office.accountant, left, WHY, now=NOW)
    line = a_booking(row, amount=Money(-5)) if named else a_booking(row, end_to_end_id="")
    record_statement(session, office.accountant, [line], now=NOW)
    with pytest.raises(RulesViolatedError, match=f"A line of 2019-03-08 on the statement looks like {row.reference}"):
        confirm_missing(session, office.authoriser, left, now=NOW)
    assert state(session, left) is PaymentState.MISSING


def test_what_the_bank_books_after_all_is_paid_and_told(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    never_paid(session, office, left)
    before = commitment_for_change(session, row.commitment_id)
    assert record_statement(session, office.accountant, [a_booking(row)], now=NOW).paid == (left,)
    assert state(session, left) is PaymentState.PAID
    after = commitment_for_change(session, row.commitment_id)
    assert (after.pending, after.paid) == (before.pending - row.amount, before.paid + row.amount)
    assert kinds(session, left)[-2:] == ["payment.paid", "payment.surfaced"]
    with pytest.raises(RulesViolatedError) as error:
        the_same_again(session, office, left)
    assert "payments.initiated_already" in rules(error)
    assert faults(session) == ()


def test_it_does_not_leave_twice_where_the_same_was_asked_for_again(
    session: Session, office: Office, left: UUID, tmp_path: Path
) -> None:
    row = payment_row(session, left)
    never_paid(session, office, left)
    again = the_same_again(session, office, left)
    assert record_statement(session, office.accountant, [a_booking(row)], now=NOW).paid == ()
    assert state(session, left) is PaymentState.FAILED
    assert kinds(session, left)[-1] == "payment.surfaced"
    [fault] = faults(session)
    assert "an open line of the bank says that it left" in fault
    with pytest.raises(RulesViolatedError) as error:
        released(session, office, a_bank(tmp_path), [again])
    assert rules(error) == {"payments.paid_before"}
    line_id = line_of(session, row.reference, -row.amount)
    with pytest.raises(RulesViolatedError) as error:
        match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    assert rules(error) == {"payments.paid_after_all"}
    return_payment(session, office.accountant, again, WHY, now=NOW)
    cancel_payment(session, office.initiator, again, WHY, now=NOW)
    with pytest.raises(RulesViolatedError) as error:
        the_same_again(session, office, left)
    assert rules(error) == {"payments.paid_before"}
    match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    assert state(session, left) is PaymentState.PAID
    assert faults(session) == ()


def test_what_left_twice_is_settled_by_the_line_with_which_one_came_back(
    session: Session, office: Office, left: UUID, tmp_path: Path
) -> None:
    row = payment_row(session, left)
    never_paid(session, office, left)
    again = the_same_again(session, office, left)
    released(session, office, a_bank(tmp_path), [again])
    bookings = [a_booking(payment_row(session, again)), a_booking(row)]
    assert record_statement(session, office.accountant, bookings, now=NOW).paid == (again,)
    assert len(faults(session)) == 1
    back = a_booking(row, amount=row.amount, end_to_end_id="", text="Paid twice")
    record_statement(session, office.accountant, [back], now=NOW)
    with pytest.raises(RulesViolatedError) as error:
        fail_payment(session, office.accountant, left, FailPayment(reason=WHY.reason), now=NOW)
    assert rules(error) == {"payments.line_needed"}
    command = FailPayment(reason="Paid twice.", line_id=line_of(session, "", row.amount))
    fail_payment(session, office.accountant, left, command, now=NOW)
    assert sorted(one.amount for one in lines_of_payment(session, left)) == [-row.amount, row.amount]
    assert (state(session, left), state(session, again)) == (PaymentState.FAILED, PaymentState.PAID)
    assert faults(session) == ()
    with pytest.raises(TransitionNotAllowedError):
        fail_payment(session, office.accountant, left, command, now=NOW)


def test_what_the_commitment_cannot_hold_any_more_stays_open(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    never_paid(session, office, left)
    pending = commitment_for_change(session, row.commitment_id).pending
    an_authorised_payment(session, office, commitment_id=row.commitment_id, amount=pending)
    assert record_statement(session, office.accountant, [a_booking(row)], now=NOW).paid == ()
    line_id = line_of(session, row.reference, -row.amount)
    with pytest.raises(RulesViolatedError) as error:
        match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    assert rules(error) == {"payments.no_room_after_all"}
    assert verify_ledger(session).faults == ()


def test_what_came_back_is_not_revived_by_another_line(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    record_statement(session, office.accountant, [a_booking(row)], now=NOW)
    record_statement(session, office.accountant, [a_booking(row, amount=row.amount)], now=NOW)
    command = FailPayment(reason=WHY.reason, line_id=line_of(session, row.reference, row.amount))
    fail_payment(session, office.accountant, left, command, now=NOW)
    assert record_statement(session, office.accountant, [a_booking(row, text="once more")], now=NOW).paid == ()
    assert state(session, left) is PaymentState.FAILED
    assert faults(session) == ()

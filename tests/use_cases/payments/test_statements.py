"""What the bank says: each line once, payments that it books are paid in the ledger, what came back is free again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import PUBLIC, Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    TransitionNotAllowedError,
)
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from app.ledger.queries import commitment_for_change
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.models import StatementLine
from app.payments.queries import payment_row
from app.payments.queries.statements import lines_of_payment, lines_page
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.statements import Stated
from app.payments.schemas import FailPayment, LineFilter, MatchLine, Recorded
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.record_statement import record_statement
from tests.builders.payments import (
    PREFINANCING,
    Office,
    a_bank,
    a_booking,
    a_paid_payment,
    a_payment,
    an_authorised_payment,
    an_office,
    officer,
    released,
)
from tests.conftest import NOW

WHY = "The bank does not know the account."


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def left(session: Session, office: Office, tmp_path: Path) -> UUID:
    """A payment that is in a file for the bank."""
    payment_id = an_authorised_payment(session, office)
    released(session, office, a_bank(tmp_path), [payment_id])
    return payment_id


def standing(session: Session, payment_id: UUID) -> tuple[Money, Money]:
    row = commitment_for_change(session, payment_row(session, payment_id).commitment_id)
    return row.pending, row.paid


def open_line(session: Session, office: Office, line: Stated) -> UUID:
    record_statement(session, office.accountant, [line], now=NOW)
    [found] = [
        row
        for row in lines_page(session, office.accountant, LineFilter(standing="open"), PageRequest()).rows
        if row.amount == line.amount
    ]
    return found.id


def test_a_line_that_fits_pays_its_payment_once(session: Session, office: Office, left: UUID) -> None:
    line = a_booking(payment_row(session, left))
    pending, _ = standing(session, left)
    assert record_statement(session, office.accountant, [line], now=NOW) == Recorded(1, 0, (left,))
    row = payment_row(session, left)
    assert (row.state, row.paid_on) == (PaymentState.PAID, line.booked_on)
    assert standing(session, left) == (pending - PREFINANCING, PREFINANCING)
    assert record_statement(session, office.accountant, [line], now=NOW) == Recorded(0, 1, ())
    assert standing(session, left) == (pending - PREFINANCING, PREFINANCING)
    assert [one.amount for one in lines_of_payment(session, left)] == [-PREFINANCING]
    assert verify_ledger(session).faults == ()


def test_lines_that_are_alike_in_one_statement_are_two(session: Session, office: Office) -> None:
    fee = Stated(date(2019, 3, 8), Money(-250), text="Fee")
    assert record_statement(session, office.accountant, [fee, fee], now=NOW).new == 2
    assert record_statement(session, office.accountant, [fee, fee, fee], now=NOW).new == 1


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Money(-11_999_999)},
        {"amount": Money(12_000_000)},
        {"end_to_end_id": "PAY-2019-09999"},
        {"end_to_end_id": ""},
    ],
)
def test_a_line_that_does_not_fit_stays_open(
    session: Session, office: Office, left: UUID, change: dict[str, object]
) -> None:
    line = replace(a_booking(payment_row(session, left)), **change)  # type: ignore[arg-type]
    assert record_statement(session, office.accountant, [line], now=NOW) == Recorded(1, 0, ())
    assert payment_row(session, left).state is PaymentState.RELEASED


def test_what_was_not_released_is_not_paid_by_a_line(session: Session, office: Office) -> None:
    payment_id = a_payment(session, office.initiator)
    record_statement(session, office.accountant, [a_booking(payment_row(session, payment_id))], now=NOW)
    assert payment_row(session, payment_id).state is PaymentState.INITIATED


def test_only_accounting_officers_record_and_only_in_their_scope(session: Session, office: Office, left: UUID) -> None:
    line = a_booking(payment_row(session, left))
    for other in (office.initiator, office.verifier, office.authoriser, officer(session, Role.AUDITOR)):
        with pytest.raises(NotPermittedError):
            record_statement(session, other, [line], now=NOW)
    with pytest.raises(SignInRequiredError):
        record_statement(session, PUBLIC, [line], now=NOW)
    elsewhere = officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id())
    assert record_statement(session, elsewhere, [line], now=NOW) == Recorded(1, 0, ())
    assert payment_row(session, left).state is PaymentState.RELEASED


def test_a_person_matches_what_the_bank_did_not_name(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    line_id = open_line(session, office, a_booking(row, end_to_end_id=""))
    with pytest.raises(RulesViolatedError, match="No payment that you can record is called PAY-2019-09999"):
        match_line(session, office.accountant, line_id, MatchLine(reference="PAY-2019-09999"), now=NOW)
    assert match_line(session, office.accountant, line_id, MatchLine(reference=row.reference.lower()), now=NOW) == left
    assert payment_row(session, left).state is PaymentState.PAID
    with pytest.raises(RulesViolatedError) as again:
        match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    assert {one.rule for one in again.value.violations} == {"payments.line_taken", "payments.line_other_state"}


def test_a_line_of_another_amount_is_no_match_and_says_why(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    line_id = open_line(session, office, a_booking(row, amount=Money(-100), end_to_end_id=""))
    with pytest.raises(RulesViolatedError, match=r"booked EUR 1\.00, but PAY-2019-00001 is of EUR 120,000\.00"):
        match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    came = open_line(session, office, a_booking(row, amount=row.amount, end_to_end_id=""))
    with pytest.raises(RulesViolatedError, match="With this line money came"):
        match_line(session, office.accountant, came, MatchLine(reference=row.reference), now=NOW)


def test_matching_is_for_accounting_officers_in_scope(session: Session, office: Office, left: UUID) -> None:
    row = payment_row(session, left)
    line_id = open_line(session, office, a_booking(row, end_to_end_id=""))
    command = MatchLine(reference=row.reference)
    with pytest.raises(NotPermittedError):
        match_line(session, office.verifier, line_id, command, now=NOW)
    with pytest.raises(NotFoundError):
        match_line(session, officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id()), line_id, command, now=NOW)
    with pytest.raises(NotFoundError):
        match_line(session, office.accountant, new_id(), command, now=NOW)


def test_what_was_booked_comes_back_with_the_line_that_shows_it(
    session: Session, office: Office, tmp_path: Path
) -> None:
    payment_id = a_paid_payment(session, office, a_bank(tmp_path))
    row = payment_row(session, payment_id)
    pending, paid = standing(session, payment_id)
    with pytest.raises(RulesViolatedError, match="choose the line"):
        fail_payment(session, office.accountant, payment_id, FailPayment(reason=WHY), now=NOW)
    wrong = open_line(session, office, a_booking(row, amount=Money(5)))
    with pytest.raises(RulesViolatedError, match=r"booked EUR 0\.05"):
        fail_payment(session, office.accountant, payment_id, FailPayment(reason=WHY, line_id=wrong), now=NOW)
    [own] = lines_of_payment(session, payment_id)
    with pytest.raises(RulesViolatedError, match="matched to a payment already"):
        fail_payment(session, office.accountant, payment_id, FailPayment(reason=WHY, line_id=own.id), now=NOW)
    back = open_line(session, office, a_booking(row, amount=row.amount, text="Account closed"))
    fail_payment(session, office.accountant, payment_id, FailPayment(reason=WHY, line_id=back), now=NOW)
    assert payment_row(session, payment_id).state is PaymentState.FAILED
    assert standing(session, payment_id) == (pending + paid, Money(0))
    assert len(lines_of_payment(session, payment_id)) == 2
    assert verify_ledger(session).faults == ()


def test_what_did_not_leave_cannot_come_back(session: Session, office: Office) -> None:
    payment_id = an_authorised_payment(session, office)
    with pytest.raises(TransitionNotAllowedError):
        fail_payment(session, office.accountant, payment_id, FailPayment(reason=WHY), now=NOW)


def test_the_return_of_what_is_not_booked_yet_waits_for_its_booking(
    session: Session, office: Office, left: UUID
) -> None:
    row = payment_row(session, left)
    back = open_line(session, office, a_booking(row, amount=row.amount))
    with pytest.raises(TransitionNotAllowedError):
        fail_payment(session, office.accountant, left, FailPayment(reason=WHY, line_id=back), now=NOW)
    record_statement(session, office.accountant, [a_booking(row)], now=NOW)
    fail_payment(session, office.accountant, left, FailPayment(reason=WHY, line_id=back), now=NOW)
    assert payment_row(session, left).state is PaymentState.FAILED
    assert verify_ledger(session).faults == ()


def test_what_the_bank_stated_is_never_changed(session: Session, office: Office, left: UUID) -> None:
    record_statement(session, office.accountant, [a_booking(payment_row(session, left))], now=NOW)
    for change in ({"amount": Money(-1)}, {"payment_id": None, "matched_at": None}):
        with pytest.raises(sa.exc.IntegrityError, match="never changed"), session.begin_nested():
            session.execute(sa.update(StatementLine).values(change))

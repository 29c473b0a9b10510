"""Status reports of the bank: noted on payments, rejections wait for a second person, money never moves by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.queries import EventFilter, events_page
from app.core.actor import PUBLIC, Role
from app.core.errors import NotPermittedError, SignInRequiredError
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from app.ledger.queries import commitment_for_change
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.models import BankReport, Payment, PaymentFile, PaymentStatus
from app.payments.queries import payment_row
from app.payments.queries.reports import report_row, reports_page, statuses
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.status_files import read_message
from app.payments.rules.statuses import Level, StatusReport, Told
from app.payments.use_cases.record_report import record_message, record_report
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.report_missing import confirm_missing, find_payment
from tests.builders.bank_reports import a_report_file, a_status
from tests.builders.payments import (
    Office,
    a_bank,
    a_booking,
    a_paid_payment,
    an_authorised_payment,
    an_office,
    never_paid,
    officer,
    released,
)
from tests.conftest import NOW

DAY = date(2019, 3, 7)


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


@pytest.fixture
def sent(session: Session, office: Office, tmp_path: Path) -> tuple[UUID, UUID]:
    """Two payments in one file for the bank."""
    both = (an_authorised_payment(session, office), an_authorised_payment(session, office))
    released(session, office, a_bank(tmp_path), both)
    return both


def message_of(session: Session, payment_id: UUID) -> str:
    joined = sa.select(PaymentFile.message_id).join(Payment, Payment.file_id == PaymentFile.id)
    return session.scalars(joined.where(Payment.id == payment_id)).one()


def report(session: Session, payment_id: UUID, *told: Told, message_id: str = "BANK-1") -> StatusReport:
    """A report about the file of a payment."""
    return StatusReport(message_id, message_of(session, payment_id), DAY, told)


def of(session: Session, payment_id: UUID, status: str, code: str = "", words: str = "") -> Told:
    return Told(Level.PAYMENT, payment_row(session, payment_id).reference, status, code, words)


def standing(session: Session, payment_id: UUID) -> tuple[Money, Money]:
    row = commitment_for_change(session, payment_row(session, payment_id).commitment_id)
    return row.pending, row.paid


def test_what_is_accepted_is_noted_and_moves_nothing(session: Session, office: Office, sent: tuple[UUID, UUID]) -> None:
    one, other = sent
    before = standing(session, one)
    wanted = report(session, one, of(session, one, "ACSP"), of(session, other, "PDNG"))
    report_id, again = record_report(session, office.accountant, wanted, now=NOW)
    assert (again, payment_row(session, one).state, standing(session, one)) == (False, PaymentState.RELEASED, before)
    assert [row.status for row in statuses(session, payment_id=one)] == ["ACSP"]
    row = report_row(session, office.accountant, report_id)
    assert (row.noted, row.rejected, row.findings, row.unknown) == (2, 0, (), ())
    kinds = {event.kind for event in events_page(session, EventFilter(subject_id=one), PageRequest()).rows}
    assert "payment.status_told" in kinds
    assert verify_ledger(session).faults == ()


def test_what_is_rejected_waits_for_a_second_person_and_is_free_then(
    session: Session, office: Office, sent: tuple[UUID, UUID]
) -> None:
    one, other = sent
    before = standing(session, one)
    wanted = report(session, one, of(session, one, "RJCT", "AC04", "Konto erloschen"), of(session, other, "ACSP"))
    record_report(session, office.accountant, wanted, now=NOW)
    row = payment_row(session, one)
    assert (row.state, row.missing_by) == (PaymentState.MISSING, office.accountant.person_id)
    assert row.reason == "The bank rejected it: the account is closed (AC04): Konto erloschen."
    assert payment_row(session, other).state is PaymentState.RELEASED
    assert standing(session, one) == before
    confirm_missing(session, office.authoriser, one, now=NOW)
    row = payment_row(session, one)
    assert (row.state, row.paid_on) == (PaymentState.FAILED, None), "it never left, so nothing came back"
    assert "AC04" in row.reason
    assert verify_ledger(session).faults == ()


def test_the_whole_file_or_a_block_can_be_rejected(session: Session, office: Office, sent: tuple[UUID, UUID]) -> None:
    one, other = sent
    block = Told(Level.BLOCK, payment_row(session, one).reference, "ACSP")
    wanted = report(session, one, Told(Level.GROUP, "", "RJCT", "AM04"), block)
    record_report(session, office.accountant, wanted, now=NOW)
    assert payment_row(session, one).state is PaymentState.RELEASED, "the block says more than the file"
    assert payment_row(session, other).state is PaymentState.MISSING


def test_the_same_report_twice_is_known_also_after_the_rejection_was_taken_back(
    session: Session, office: Office, sent: tuple[UUID, UUID]
) -> None:
    wanted = report(session, sent[0], of(session, sent[0], "RJCT", "AC01"))
    first, _ = record_report(session, office.accountant, wanted, now=NOW)
    assert record_report(session, office.accountant, wanted, now=NOW) == (first, True)
    find_payment(session, office.authoriser, sent[0], now=NOW)
    assert record_report(session, office.accountant, wanted, now=NOW) == (first, True)
    assert payment_row(session, sent[0]).state is PaymentState.RELEASED
    assert len(statuses(session, payment_id=sent[0])) == 1
    other = report(session, sent[0], of(session, sent[0], "RJCT", "AC01"), message_id="BANK-2")
    assert record_report(session, office.accountant, other, now=NOW)[1] is False
    assert payment_row(session, sent[0]).state is PaymentState.MISSING


def test_what_the_bank_has_booked_is_refused_in_words_and_the_rest_counts(
    session: Session, office: Office, sent: tuple[UUID, UUID]
) -> None:
    one, other = sent
    record_statement(session, office.accountant, [a_booking(payment_row(session, one))], now=NOW)
    paid = standing(session, one)
    wanted = report(session, one, of(session, one, "RJCT", "AC04"), of(session, other, "RJCT", "AC06"))
    report_id, _ = record_report(session, office.accountant, wanted, now=NOW)
    row = report_row(session, office.accountant, report_id)
    assert (row.noted, row.rejected) == (1, 1)
    [words] = row.findings
    assert "was booked by the bank on 2019-03-08" in words
    assert (payment_row(session, one).state, standing(session, one)) == (PaymentState.PAID, paid)
    assert payment_row(session, other).state is PaymentState.MISSING


def test_an_open_line_that_looks_like_the_booking_stops_the_rejection(
    session: Session, office: Office, sent: tuple[UUID, UUID]
) -> None:
    line = a_booking(payment_row(session, sent[0]), end_to_end_id="", text="no name")
    record_statement(session, office.accountant, [line], now=NOW)
    wanted = report(session, sent[0], of(session, sent[0], "RJCT", "AC04"))
    report_id, _ = record_report(session, office.accountant, wanted, now=NOW)
    [words] = report_row(session, office.accountant, report_id).findings
    assert "match it instead" in words
    assert payment_row(session, sent[0]).state is PaymentState.RELEASED


def test_a_settled_status_of_what_was_given_up_is_told(
    session: Session, office: Office, sent: tuple[UUID, UUID]
) -> None:
    never_paid(session, office, sent[0])
    wanted = report(session, sent[0], of(session, sent[0], "ACSC"))
    report_id, _ = record_report(session, office.accountant, wanted, now=NOW)
    [words] = report_row(session, office.accountant, report_id).findings
    assert "given up as never paid" in words
    assert payment_row(session, sent[0]).state is PaymentState.FAILED


def test_other_files_and_unknown_references_are_listed(
    session: Session, office: Office, sent: tuple[UUID, UUID], tmp_path: Path
) -> None:
    elsewhere = a_paid_payment(session, office, a_bank(tmp_path))
    waiting = an_authorised_payment(session, office)
    unknown = Told(Level.PAYMENT, "PAY-2019-09999", "RJCT")
    told = (of(session, waiting, "RJCT"), of(session, elsewhere, "ACSP"), unknown)
    report_id, _ = record_report(session, office.accountant, report(session, sent[0], *told), now=NOW)
    row = report_row(session, office.accountant, report_id)
    assert row.unknown == ("PAY-2019-09999",)
    assert sum("did not go to the bank in the file" in words for words in row.findings) == 2
    assert payment_row(session, waiting).state is PaymentState.AUTHORISED
    strange = StatusReport("BANK-9", "NOT-OURS", DAY, (Told(Level.GROUP, "", "RJCT"),))
    report_id, _ = record_report(session, office.accountant, strange, now=NOW)
    assert report_row(session, office.accountant, report_id).unknown == ("NOT-OURS",)


def test_only_accounting_officers_record_and_only_in_their_scope(
    session: Session, office: Office, sent: tuple[UUID, UUID]
) -> None:
    wanted = report(session, sent[0], of(session, sent[0], "RJCT"))
    for other in (office.initiator, office.verifier, office.authoriser, officer(session, Role.AUDITOR)):
        with pytest.raises(NotPermittedError):
            record_report(session, other, wanted, now=NOW)
    with pytest.raises(SignInRequiredError):
        record_report(session, PUBLIC, wanted, now=NOW)
    elsewhere = officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id())
    report_id, _ = record_report(session, elsewhere, wanted, now=NOW)
    row = report_row(session, elsewhere, report_id)
    assert (row.noted, row.unknown) == (0, (payment_row(session, sent[0]).reference,))
    assert payment_row(session, sent[0]).state is PaymentState.RELEASED
    assert reports_page(session, office.accountant, PageRequest()).total == 1, "for the whole platform"


def test_what_the_bank_reported_is_never_changed(session: Session, office: Office, sent: tuple[UUID, UUID]) -> None:
    record_report(session, office.accountant, report(session, sent[0], of(session, sent[0], "ACSP")), now=NOW)
    for table, change in ((BankReport, {"noted": 5}), (PaymentStatus, {"status": "RJCT"})):
        with pytest.raises(sa.exc.IntegrityError, match="never changed"), session.begin_nested():
            session.execute(sa.update(table).values(change))


def test_one_use_case_takes_whatever_the_bank_sent(session: Session, office: Office, sent: tuple[UUID, UUID]) -> None:
    reference = payment_row(session, sent[0]).reference
    data = a_report_file(message_of(session, sent[0]), a_status(reference, "ACSP"))
    message, _ = read_message(data)
    done = record_message(session, office.accountant, message, now=NOW)
    assert (done.recorded, done.again) == (None, False)
    assert record_message(session, office.accountant, message, now=NOW).again
    lines, _ = read_message(f"booked_on,amount,end_to_end_id\n2019-03-08,-120000.00,{reference}\n".encode())
    done = record_message(session, office.accountant, lines, now=NOW)
    assert done.recorded is not None
    assert done.recorded.paid == (sent[0],)

"""A line of the bank that fits nothing is explained, by two people where it concerns a payment, and opened again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.queries import EventFilter, events_page
from app.core.actor import PUBLIC, Actor, Role
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
from app.payments.models import StatementLine
from app.payments.queries import payment_row
from app.payments.queries.claims import every_stray
from app.payments.queries.lines import (
    LineFigures,
    line_figures,
    line_row,
    lines_overdue,
    lines_to_confirm,
    recent_statements,
)
from app.payments.queries.statements import lines_page
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.lines import AsideKind, LineState
from app.payments.rules.statements import Stated
from app.payments.schemas import GiveReason, LineFilter, MatchLine, SetAside
from app.payments.use_cases.match_line import match_line
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.set_line_aside import confirm_line, set_line_aside, take_up_line
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

FEE = Stated(date(2019, 3, 8), Money(-250), "Our own bank", "", "", "Fee of February")
WORDS = "The bank booked this one twice and wrote so."
WHY = GiveReason(reason="Somebody looked at it again.")


@pytest.fixture
def office(session: Session) -> Office:
    return an_office(session)


def brought(session: Session, actor: Actor, line: Stated) -> UUID:
    """The line after it was recorded."""
    record_statement(session, actor, [line], now=NOW)
    return session.scalars(sa.select(StatementLine.id).order_by(StatementLine.id.desc()).limit(1)).one()


def doubled(session: Session, office: Office, folder: Path) -> UUID:
    """A second booking of a payment that is paid."""
    row = payment_row(session, a_paid_payment(session, office, a_bank(folder)))
    return brought(session, office.accountant, a_booking(row, day=date(2019, 3, 9)))


def aside(kind: AsideKind = AsideKind.FEE, words: str = "") -> SetAside:
    return SetAside(kind=kind, words=words)


def test_a_fee_is_set_aside_by_one_person_and_taken_up_again(session: Session, office: Office) -> None:
    line_id = brought(session, office.accountant, FEE)
    set_line_aside(session, office.accountant, line_id, aside(), now=NOW)
    row = line_row(session, office.accountant, line_id)
    assert (row.state, row.aside_kind, row.aside_by) == (LineState.ASIDE, "fee", office.accountant.person_id)
    with pytest.raises(TransitionNotAllowedError):
        set_line_aside(session, office.accountant, line_id, aside(), now=NOW)
    with pytest.raises(RulesViolatedError, match="Say why"):
        take_up_line(session, office.accountant, line_id, GiveReason(reason="no"), now=NOW)
    take_up_line(session, office.accountant, line_id, WHY, now=NOW)
    row = line_row(session, office.accountant, line_id)
    assert (row.state, row.aside_kind, row.aside_at) == (LineState.OPEN, "", None)
    kinds = [one.kind for one in events_page(session, EventFilter(subject_id=line_id), PageRequest()).rows]
    assert sorted(kinds) == ["statement_line.set_aside", "statement_line.taken_up"]


def test_something_else_needs_words(session: Session, office: Office) -> None:
    line_id = brought(session, office.accountant, FEE)
    with pytest.raises(RulesViolatedError, match="Say what this line is"):
        set_line_aside(session, office.accountant, line_id, aside(AsideKind.OTHER, "it is"), now=NOW)
    set_line_aside(session, office.accountant, line_id, aside(AsideKind.OTHER, "A refund of the water board"), now=NOW)


def test_a_line_that_names_a_payment_is_confirmed_by_another_person(
    session: Session, office: Office, tmp_path: Path
) -> None:
    line_id = doubled(session, office, tmp_path)
    set_line_aside(session, office.accountant, line_id, aside(AsideKind.DOUBLED, WORDS), now=NOW)
    row = line_row(session, office.authoriser, line_id)
    assert (row.state, row.concerns) == (LineState.PROPOSED, "PAY-2019-00001")
    with pytest.raises(RulesViolatedError, match="another person confirms"):
        confirm_line(session, office.accountant, line_id, now=NOW)
    assert list(lines_to_confirm(session, office.accountant)) == []
    assert list(lines_to_confirm(session, office.authoriser)) == [line_id]
    confirm_line(session, office.authoriser, line_id, now=NOW)
    row = line_row(session, office.accountant, line_id)
    assert (row.state, row.aside_confirmed_by) == (LineState.ASIDE, office.authoriser.person_id)
    assert list(lines_to_confirm(session, office.authoriser)) == []
    with pytest.raises(RulesViolatedError, match="set aside"):
        match_line(session, office.accountant, line_id, MatchLine(reference="PAY-2019-00001"), now=NOW)


def test_the_second_person_may_open_it_again(session: Session, office: Office, tmp_path: Path) -> None:
    line_id = doubled(session, office, tmp_path)
    set_line_aside(session, office.accountant, line_id, aside(AsideKind.DOUBLED, WORDS), now=NOW)
    take_up_line(session, office.authoriser, line_id, WHY, now=NOW)
    assert line_row(session, office.accountant, line_id).state is LineState.OPEN
    with pytest.raises(NotFoundError):
        confirm_line(session, office.authoriser, line_id, now=NOW)


def test_what_the_bank_may_still_pay_is_matched_not_set_aside(session: Session, office: Office, tmp_path: Path) -> None:
    payment_id = an_authorised_payment(session, office)
    released(session, office, a_bank(tmp_path), [payment_id])
    row = payment_row(session, payment_id)
    line_id = brought(session, office.accountant, a_booking(row, end_to_end_id="", text="no name"))
    with pytest.raises(RulesViolatedError, match=r"may be the booking of PAY-2019-00001, which is released"):
        set_line_aside(session, office.accountant, line_id, aside(AsideKind.FOREIGN, WORDS), now=NOW)
    match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    assert line_row(session, office.accountant, line_id).state is LineState.MATCHED


def test_what_was_given_up_and_is_booked_cannot_be_explained_away(
    session: Session, office: Office, tmp_path: Path
) -> None:
    payment_id = an_authorised_payment(session, office)
    released(session, office, a_bank(tmp_path), [payment_id])
    row = payment_row(session, payment_id)
    never_paid(session, office, payment_id)
    other = officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id())  # who cannot record the payment
    line_id = brought(session, other, a_booking(row))
    assert every_stray(session) == {payment_id}
    with pytest.raises(RulesViolatedError, match="may be the booking"):
        set_line_aside(session, office.accountant, line_id, aside(AsideKind.FOREIGN, WORDS), now=NOW)


def test_money_that_came_back_is_recorded_at_its_payment(session: Session, office: Office, tmp_path: Path) -> None:
    row = payment_row(session, a_paid_payment(session, office, a_bank(tmp_path)))
    line_id = brought(session, office.accountant, a_booking(row, amount=row.amount, text="Account closed"))
    with pytest.raises(RulesViolatedError, match="may have come back"):
        set_line_aside(session, office.accountant, line_id, aside(AsideKind.FOREIGN, WORDS), now=NOW)


def test_a_proposal_counts_as_open_until_it_is_confirmed(session: Session, office: Office, tmp_path: Path) -> None:
    """Between proposal and confirmation the payment was sent to the bank: the line may be its booking by now."""
    payment_id = an_authorised_payment(session, office)
    row = payment_row(session, payment_id)
    line_id = brought(session, office.accountant, a_booking(row))
    set_line_aside(session, office.accountant, line_id, aside(AsideKind.FOREIGN, WORDS), now=NOW)
    released(session, office, a_bank(tmp_path), [payment_id])
    with pytest.raises(RulesViolatedError, match="may be the booking"):
        confirm_line(session, office.authoriser, line_id, now=NOW)
    match_line(session, office.accountant, line_id, MatchLine(reference=row.reference), now=NOW)
    found = line_row(session, office.accountant, line_id)
    assert (found.state, found.aside_kind, found.concerns_id) == (LineState.MATCHED, "", None)
    assert payment_row(session, payment_id).state is PaymentState.PAID


def test_only_accounting_officers_explain_and_only_offices_confirm(
    session: Session, office: Office, tmp_path: Path
) -> None:
    line_id = doubled(session, office, tmp_path)
    for other in (office.initiator, office.verifier, office.authoriser, officer(session, Role.AUDITOR)):
        with pytest.raises(NotPermittedError):
            set_line_aside(session, other, line_id, aside(), now=NOW)
    with pytest.raises(SignInRequiredError):
        set_line_aside(session, PUBLIC, line_id, aside(), now=NOW)
    elsewhere = officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id())
    with pytest.raises(NotFoundError):
        set_line_aside(session, elsewhere, line_id, aside(), now=NOW)
    set_line_aside(session, office.accountant, line_id, aside(AsideKind.DOUBLED, WORDS), now=NOW)
    for other in (elsewhere, office.verifier, officer(session, Role.AUTHORISING_OFFICER, scope_id=new_id())):
        with pytest.raises(NotFoundError):
            confirm_line(session, other, line_id, now=NOW)
        with pytest.raises(NotFoundError):
            take_up_line(session, other, line_id, WHY, now=NOW)


def test_the_database_holds_the_second_person_too(session: Session, office: Office, tmp_path: Path) -> None:
    line_id = doubled(session, office, tmp_path)
    set_line_aside(session, office.accountant, line_id, aside(AsideKind.DOUBLED, WORDS), now=NOW)
    own = {
        "state": "aside",
        "aside_confirmed_at": NOW,
        "aside_confirmed_by": office.accountant.person_id,
    }
    for values in (own, {"state": "aside"}, {"state": "matched"}):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(sa.update(StatementLine).where(StatementLine.id == line_id).values(values))


def test_figures_and_filters_say_the_same_of_one_recording(session: Session, office: Office, tmp_path: Path) -> None:
    payment_id = an_authorised_payment(session, office)
    released(session, office, a_bank(tmp_path), [payment_id])
    row = payment_row(session, payment_id)
    record_statement(session, office.accountant, [Stated(date(2019, 3, 1), Money(-1))], now=NOW)
    back = a_booking(row, day=date(2019, 3, 10), amount=row.amount)
    done = record_statement(session, office.accountant, [a_booking(row), back, FEE, FEE], now=NOW + timedelta(hours=1))
    one = lines_page(session, office.accountant, LineFilter(text="Fee", standing="open"), PageRequest()).rows[0]
    set_line_aside(session, office.accountant, one.id, aside(), now=NOW)
    figures = line_figures(session, office.accountant, done.statement_id)
    assert figures == LineFigures(matched=1, came_back=1, aside=1, proposed=0, open=1)
    assert line_figures(session, office.accountant).open == 2
    for standing, count in (("matched", 1), ("came_back", 1), ("aside", 1), ("proposed", 0)):
        wanted = LineFilter(standing=standing, statement_id=done.statement_id)
        assert lines_page(session, office.accountant, wanted, PageRequest()).total == count, standing
    assert [count for _, count in recent_statements(session, office.accountant).values()] == [4, 1]
    assert recent_statements(session, officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id())) == {}


def test_an_open_line_is_a_task_after_three_working_days(session: Session, office: Office) -> None:
    line_id = brought(session, office.accountant, FEE)
    assert lines_overdue(session, office.accountant, NOW.date()) == 0
    assert lines_overdue(session, office.accountant, NOW.date() + timedelta(days=8)) == 1
    assert lines_overdue(session, office.authoriser, NOW.date() + timedelta(days=8)) == 0
    set_line_aside(session, office.accountant, line_id, aside(), now=NOW)
    assert lines_overdue(session, office.accountant, NOW.date() + timedelta(days=8)) == 0

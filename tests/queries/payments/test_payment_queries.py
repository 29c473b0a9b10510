"""Lists of payments: only in scope, narrowed, sorted and paged in a constant number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from app.payments.queries import (
    accounts_of,
    accounts_page,
    in_payment_of_calls,
    payment_named,
    payment_row,
    payments_page,
)
from app.payments.queries.statements import files_page, lines_page
from app.payments.queries.work import accounts_to_decide, payment_figures, payment_work
from app.payments.rules.lifecycle import AccountState, PaymentKind, PaymentState
from app.payments.rules.statements import Stated
from app.payments.schemas import BankAccountToPropose, GiveReason, LineFilter, PaymentFilter
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.suspend_payment import suspend_payment
from tests.builders.organisations import an_organisation
from tests.builders.payments import (
    BIC,
    DUE,
    IBANS,
    Office,
    a_bank,
    a_paid_payment,
    a_payee,
    a_payment,
    an_authorised_payment,
    an_office,
    officer,
    released,
)
from tests.conftest import NOW

PAGE = PageRequest()


@pytest.fixture
def programme() -> UUID:
    return new_id()


@pytest.fixture
def office(session: Session, programme: UUID) -> Office:
    return an_office(session, programme)


def found(session: Session, actor: Actor, **wanted: object) -> list[str]:
    rows = payments_page(session, actor, PaymentFilter(**wanted), PAGE).rows  # type: ignore[arg-type]
    return [row.reference[-1] for row in rows]


def test_what_waits_for_each_person_is_what_its_office_may_do_next(
    session: Session, office: Office, programme: UUID, tmp_path: Path
) -> None:
    given = {"programme_id": programme}
    a_payment(session, office.initiator, **given)
    an_authorised_payment(session, office, **given)
    a_paid_payment(session, office, a_bank(tmp_path), **given)
    assert found(session, office.verifier, standing="mine") == ["1"]
    assert found(session, office.authoriser, standing="mine") == []
    assert found(session, office.accountant, standing="mine") == ["2"]
    assert found(session, office.verifier, standing="on_the_way") == ["1", "2"]
    assert [(one.state, one.count) for one in payment_work(session, office.verifier)] == [(PaymentState.INITIATED, 1)]
    every = officer(session, Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER)
    assert found(session, every, standing="mine") == ["1"]
    figures = payment_figures(session, office.verifier, today=DUE + timedelta(days=1))
    assert (figures.mine, figures.on_the_way, figures.late, figures.paid) == (1, 2, 2, 1)
    assert figures.amount_on_the_way == figures.amount_paid.times(2)


def test_a_step_that_somebody_took_does_not_wait_for_them(session: Session, programme: UUID) -> None:
    held = officer(session, Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER)
    a_payment(session, held, programme_id=programme)
    assert found(session, held, standing="mine") == []
    assert found(session, held) == ["1"]


def test_only_payments_in_scope_are_listed(session: Session, office: Office, programme: UUID) -> None:
    a_payment(session, office.initiator, programme_id=programme)
    payment_id = a_payment(session, office.initiator, programme_id=new_id())
    call_id = payment_row(session, payment_id).call_id
    assert found(session, office.verifier) == ["1"]
    assert found(session, officer(session, Role.AUDITOR)) == ["1", "2"]
    assert found(session, officer(session, Role.EVALUATOR)) == []
    assert in_payment_of_calls(session, [call_id, new_id()]) == {call_id: payment_row(session, payment_id).amount}


def test_the_list_is_narrowed_and_sorted(session: Session, office: Office, programme: UUID) -> None:
    given = {"programme_id": programme}
    wood = a_payee(session, legal_name="Wood 100 % Cluster")
    a_payment(session, office.initiator, **given, payee=wood, due_on=date(2019, 5, 1), amount=Money(100))
    a_payment(session, office.initiator, **given, due_on=date(2019, 4, 1), kind=PaymentKind.BALANCE, amount=Money(300))
    assert found(session, office.verifier) == ["2", "1"]
    assert found(session, office.verifier, text="100 %") == ["1"]
    assert found(session, office.verifier, text="PAY-2019-00002") == ["2"]
    assert found(session, office.verifier, kind=PaymentKind.BALANCE) == ["2"]
    assert found(session, office.verifier, state=PaymentState.PAID) == []
    assert found(session, office.verifier, standing="late", today=date(2019, 4, 15)) == ["2"]
    page = payments_page(session, office.verifier, PaymentFilter(), PageRequest(1, 1), sort="amount", descending=True)
    assert ([row.amount for row in page.rows], page.total) == ([Money(300)], 2)
    assert payment_named(session, "PAY-2019-00002") is not None
    assert payment_named(session, "PAY-2019-00003") is None


def test_what_waits_stands_first_and_what_is_over_newest_first(
    session: Session, office: Office, programme: UUID
) -> None:
    for month, over in ((3, True), (9, False), (6, True), (5, False)):
        payment_id = a_payment(session, office.initiator, programme_id=programme, due_on=date(2019, month, 1))
        if over:
            why = GiveReason(reason="It is asked for anew.")
            cancel_payment(session, office.initiator, payment_id, why, now=NOW)
    assert found(session, office.verifier) == ["4", "2", "3", "1"]


def test_what_is_suspended_waits_for_nobody_and_is_not_late(session: Session, office: Office, programme: UUID) -> None:
    payment_id = a_payment(session, office.initiator, programme_id=programme)
    suspend_payment(session, office.verifier, payment_id, GiveReason(reason="A question is open."), now=NOW)
    assert found(session, office.verifier, standing="mine") == []
    assert found(session, office.verifier, standing="late", today=DUE + timedelta(days=9)) == []


def test_files_are_seen_whole_or_not_at_all(session: Session, tmp_path: Path, programme: UUID) -> None:
    platform, own = an_office(session), an_office(session, programme)
    mixed = [an_authorised_payment(session, platform, programme_id=one) for one in (programme, new_id())]
    released(session, platform, a_bank(tmp_path), mixed)
    alone = an_authorised_payment(session, own, programme_id=programme)
    released(session, own, a_bank(tmp_path), [alone])
    assert [row.payments for row in files_page(session, own.accountant, PAGE).rows] == [1]
    assert [row.payments for row in files_page(session, platform.accountant, PAGE).rows] == [1, 2]
    assert files_page(session, platform.accountant, PAGE, text="FILE-2019-00002").total == 1


def test_open_lines_are_read_by_who_recorded_them_and_by_the_platform(session: Session, office: Office) -> None:
    record_statement(session, office.accountant, [Stated(date(2019, 3, 8), Money(-5), text="SECRET fee")], now=NOW)

    def texts(actor: Actor, **wanted: str) -> list[str]:
        return [row.text for row in lines_page(session, actor, LineFilter(**wanted), PAGE).rows]

    assert texts(office.accountant) == texts(officer(session, Role.AUDITOR), text="secret") == ["SECRET fee"]
    assert texts(officer(session, Role.ACCOUNTING_OFFICER, scope_id=new_id())) == []
    assert texts(office.accountant, standing="matched") == []
    assert texts(office.accountant, standing="open") == ["SECRET fee"]


def test_accounts_are_listed_and_counted_for_others_than_their_giver(session: Session) -> None:
    giver, other = (officer(session, Role.FINANCE_OFFICER) for _ in range(2))
    organisation = an_organisation(session, legal_name="Wood Cluster")
    wanted = BankAccountToPropose(organisation_id=organisation.id, holder="Wood", iban=IBANS[0], bic=BIC)
    propose_bank_account(session, giver, wanted, now=NOW)
    assert (accounts_to_decide(session, giver), accounts_to_decide(session, other)) == (0, 1)
    assert accounts_to_decide(session, officer(session, Role.AUDITOR)) == 0
    assert accounts_page(session, PAGE, text="wood", state=AccountState.PROPOSED).total == 1
    assert accounts_page(session, PAGE, state=AccountState.REFUSED).total == 0
    assert [row.iban for row in accounts_of(session, organisation.id)] == [IBANS[0]]


def test_the_number_of_queries_does_not_grow_with_the_rows(session: Session, office: Office, programme: UUID) -> None:
    def sent() -> int:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        session.flush()
        connection = session.connection()
        sa.event.listen(connection, "before_cursor_execute", note)
        payments_page(session, office.verifier, PaymentFilter(), PAGE)
        sa.event.remove(connection, "before_cursor_execute", note)
        return len(statements)

    a_payment(session, office.initiator, programme_id=programme)
    once = sent()
    for _ in range(4):
        a_payment(session, office.initiator, programme_id=programme)
    assert sent() == once == 2

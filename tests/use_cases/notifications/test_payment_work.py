"""Who acts next on a payment that was sent back, stands still, or came back from the bank: somebody always does."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.grants.use_cases.resubmit_grant_payment import resubmit_grant_payment
from app.notifications.queries.payment_work import payments_come_back, payments_waiting
from app.notifications.queries.reporting_work import prefinancing_work, reporting_work
from app.notifications.rules.payment_tasks import came_back_tasks
from app.notifications.rules.reporting_tasks import prefinancing_tasks, reporting_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import GiveReason
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import resume_payment, suspend_payment
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.reporting.use_cases.request_payment import request_payment
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.payments import an_office
from tests.use_cases.reporting.test_came_back import LATER, sent_back, settled

WHY = GiveReason(reason="The time sheets of March are missing.")


def waiting(session: Session, actor: Actor) -> dict[PaymentState, date]:
    """What the start page asks of an office: states and the earliest day of each."""
    return {state: day for state, count, day in payments_waiting(session, actor)[0] if count}


def goes_back_and_forth(session: Session, made: MadeGrant, payment_id: UUID) -> None:
    """Returned, suspended, sent on and resumed: at each step exactly the right offices have a task."""
    office, due = an_office(session), payment_row(session, payment_id).due_on
    return_payment(session, office.verifier, payment_id, WHY, now=LATER)
    assert waiting(session, made.officer) == {PaymentState.RETURNED: due}
    for other in (office.authoriser, office.accountant, made.actor(session)):
        assert not waiting(session, other)
    suspend_payment(session, office.verifier, payment_id, WHY, now=LATER)
    assert PaymentState.RETURNED in waiting(session, made.officer), "it is corrected while it stands still"
    resubmit_grant_payment(session, made.officer, payment_id, now=LATER)
    assert not waiting(session, office.verifier), "nobody verifies while it stands still"
    assert [payments_waiting(session, actor)[1] for actor in (office.verifier, office.accountant)] == [1, 0]
    resume_payment(session, office.verifier, payment_id, now=LATER + timedelta(days=5))
    assert payments_waiting(session, office.verifier)[1] == 0
    assert waiting(session, office.verifier) == {PaymentState.INITIATED: due + timedelta(days=5)}


def test_what_an_office_sends_back_waits_for_who_asks_for_payments(session: Session) -> None:
    made = build.a_reporting_grant(session)
    goes_back_and_forth(session, made, ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED))


def test_so_does_a_balance(session: Session) -> None:
    made, _, _ = settled(session)
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    assert payment_row(session, balance).kind is PaymentKind.BALANCE
    goes_back_and_forth(session, made, balance)


def test_what_the_bank_sends_back_waits_for_the_office_and_for_whose_account_it_was(session: Session) -> None:
    made, first, _ = settled(session)
    coordinator, partner = made.actor(session), made.actor(session, 1)
    assert not payments_come_back(session, coordinator)
    balance = request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    build.paid(session, balance, now=LATER)
    sent_back(session, balance)
    row = payment_row(session, balance)
    [mine] = came_back_tasks(payments_come_back(session, coordinator))
    assert (mine.kind, mine.figures["payment"], mine.day) == (TaskKind.CHECK_ACCOUNT, row.reference, row.due_on)
    assert not payments_come_back(session, partner)
    today = LATER.date()
    [task] = reporting_tasks(reporting_work(session, made.officer, today=today), today)
    assert (task.kind, task.figures["number"]) == (TaskKind.ASK_AGAIN, 2)
    request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    assert not payments_come_back(session, coordinator), "it was asked for again"
    assert not list(reporting_tasks(reporting_work(session, made.officer, today=today), today))
    sent_back(session, first)
    [task] = prefinancing_tasks(prefinancing_work(session, made.officer))
    assert task.kind is TaskKind.PREFINANCE_AGAIN, "the balance counted it, so it is paid again"
    ask_prefinancing(session, made.officer, made.grant_id, now=LATER)
    assert not prefinancing_work(session, made.officer)


def test_a_pre_financing_that_the_balance_did_not_count_is_not_asked_for(session: Session) -> None:
    made = build.a_reporting_grant(session)
    first = ask_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    build.paid(session, first, now=build.OPENED)
    sent_back(session, first)
    [task] = prefinancing_tasks(prefinancing_work(session, made.officer))
    assert task.kind is TaskKind.PREFINANCE_AGAIN
    for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    assert not prefinancing_work(session, made.officer)

"""Payments and what comes back in mail and on the start page; reminders of reports that a consortium owes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.money import Money
from app.grants.queries.facts import day_of
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.grants.use_cases.resubmit_grant_payment import resubmit_grant_payment
from app.infra.templates import money_text
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.queries.reporting_work import prefinancing_work, reporting_work
from app.notifications.rules.reporting_tasks import prefinancing_tasks, reporting_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from app.notifications.use_cases.remind_of_reports import grants_to_remind, remind_of_reports
from app.payments.queries.payments import payment_row
from app.payments.schemas import FailPayment, GiveReason
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import resume_payment, suspend_payment
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.queries.shares import payment_shares
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.payments import a_bank, a_booking, an_office, never_paid, released

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
WHY = "The time sheets of March are missing."


def told(session: Session, kind: str) -> dict[str, Message]:
    """The messages of the last event of that kind, by address."""
    event = session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)).one()
    notify_of_event(session, event.id, links=LINKS, now=build.DECIDED)
    return {one.address: one for one in session.scalars(sa.select(Message).where(Message.event_id == event.id))}


def addresses(made: MadeGrant) -> list[str]:
    return [member.person.email for member in made.made.members]


def test_who_hears_of_a_payment_and_whose_share_is_how_much(session: Session) -> None:
    made = build.a_reporting_grant(session)
    coordinator = addresses(made)[0]
    [start] = prefinancing_tasks(prefinancing_work(session, made.officer))
    assert (start.kind, start.place) == (TaskKind.START_PREFINANCING, f"/officer/grants/{made.grant_id}")
    assert start.day is not None
    assert not prefinancing_work(session, made.actor(session))
    payment_id = request_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    assert not prefinancing_work(session, made.officer), "asked for"
    office, why = an_office(session), GiveReason(reason=WHY)
    return_payment(session, office.verifier, payment_id, why, now=build.OPENED)
    back = told(session, "payment.returned")
    assert list(back) == [made.officer.email]
    assert WHY in back[made.officer.email or ""].text
    suspend_payment(session, office.verifier, payment_id, why, now=build.OPENED)
    stopped = told(session, "payment.suspended")
    assert list(stopped) == [coordinator]
    assert WHY in stopped[coordinator].text
    assert f"https://grappe.example/grants/{made.grant_id}" in stopped[coordinator].text
    resume_payment(session, office.verifier, payment_id, now=build.OPENED + timedelta(days=5))
    again = told(session, "payment.resumed")
    assert list(again) == [coordinator]
    resubmit_grant_payment(session, made.officer, payment_id, now=build.OPENED)
    build.paid(session, payment_id, now=build.OPENED)
    row = payment_row(session, payment_id)
    shares = payment_shares(session, row)
    assert Money.total(share for _, share in shares) == row.amount
    mail = told(session, "payment.paid")
    assert list(mail) == [coordinator]
    for name, share in shares:
        assert f"{name}: {money_text(share, 'en_GB')}".replace("\xa0", " ") in mail[coordinator].text.replace(
            "\xa0", " "
        )


def test_money_that_the_bank_sends_back_is_told_to_the_office_and_to_whose_account_it_was(session: Session) -> None:
    made = build.a_reporting_grant(session)
    coordinator, *others = addresses(made)
    payment_id = request_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    build.paid(session, payment_id, now=build.OPENED)
    row = payment_row(session, payment_id)
    line = build.came_in(session, row.amount, day=day_of(build.OPENED))
    failed = FailPayment(reason="The account is closed.", line_id=line)
    fail_payment(session, an_office(session).accountant, payment_id, failed, now=build.OPENED)
    mail = told(session, "payment.failed")
    assert made.officer.email in mail
    assert f"/payments/{payment_id}" in mail[made.officer.email or ""].text
    assert "The account is closed." in mail[made.officer.email or ""].text
    told_coordinator = mail[coordinator].text
    assert "The account is closed." in told_coordinator
    assert "ask for an amendment of the bank account" in told_coordinator
    assert f"https://grappe.example/grants/{made.grant_id}/amendments" in told_coordinator
    assert f"/payments/{payment_id}" not in told_coordinator, "the circuit is the office's"
    assert not set(others) & set(mail), "the account is the coordinator's"


def test_what_the_bank_never_paid_and_what_it_books_after_all_is_told(session: Session, tmp_path: Path) -> None:
    made, office = build.a_reporting_grant(session), an_office(session)
    payment_id = request_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    verify_payment(session, office.verifier, payment_id, now=build.OPENED)
    authorise_payment(session, office.authoriser, payment_id, now=build.OPENED)
    released(session, office, a_bank(tmp_path), [payment_id], now=build.OPENED)
    never_paid(session, office, payment_id, now=build.OPENED)
    mail = told(session, "payment.failed")[made.officer.email or ""]
    assert "was never paid by the bank" in mail.subject
    assert "The bank refused the whole file." in mail.text
    record_statement(session, office.accountant, [a_booking(payment_row(session, payment_id))], now=build.OPENED)
    mail = told(session, "payment.surfaced")[made.officer.email or ""]
    assert "It is recorded as paid on 8 March 2019. Nothing more is asked for in its place." in mail.text


def test_once_the_balance_is_decided_nobody_is_asked_to_start(session: Session) -> None:
    made = build.a_reporting_grant(session)
    for number, now in ((1, build.REPORTED), (2, build.FINALLY)):
        assert prefinancing_work(session, made.officer)
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    assert not prefinancing_work(session, made.officer)


def test_money_that_comes_back_is_a_task_of_the_coordinator_until_it_is_there(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    for number, now in ((1, build.REPORTED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        today = day_of(now)
        judged = list(reporting_tasks(reporting_work(session, made.officer, today=today), today))
        assert [one.kind for one in judged] == [TaskKind.JUDGE_PERIODIC_REPORT]
        assert judged[0].day == day_of(now) + timedelta(days=made.agreement(session).terms.payment_days)
        build.accepted(session, made, number=number, now=now)
    today = day_of(build.FINALLY)
    [task] = reporting_tasks(reporting_work(session, made.actor(session), today=today), today)
    assert (task.kind, task.day) == (TaskKind.ANSWER_RECOVERY, date(2021, 12, 15)), "the coordinator is heard first"
    assert not list(reporting_tasks(reporting_work(session, made.officer, today=today), today))
    over = task.day + timedelta(days=1)
    assert not list(reporting_tasks(reporting_work(session, made.actor(session), today=over), over))
    [task] = reporting_tasks(reporting_work(session, made.officer, today=over), over)
    assert (task.kind, task.day) == (TaskKind.DECIDE_RECOVERY, date(2022, 1, 14))
    build.heard(session, made)
    [task] = reporting_tasks(reporting_work(session, made.actor(session), today=today), today)
    assert (task.kind, task.day) == (TaskKind.PAY_BACK, date(2021, 12, 15))
    assert not list(reporting_tasks(reporting_work(session, made.actor(session, 1), today=today), today))


def test_a_consortium_is_reminded_once_at_each_turn_and_told_when_it_is_late(session: Session) -> None:
    made = build.a_reporting_grant(session)

    def remind(day: date) -> int:
        now = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)
        due = made.grant_id in grants_to_remind(session, now=now)
        posted = remind_of_reports(session, made.grant_id, links=LINKS, now=now)
        assert due or not posted
        return posted

    due_on = date(2020, 12, 30)
    everybody = len(set(addresses(made)))
    assert remind(date(2020, 10, 30)) == 0, "more than 60 days are left"
    for before in (60, 30, 7, -1, -30):
        day = due_on - timedelta(days=before)
        assert (remind(day), remind(day)) == (everybody, 0)
    assert remind(due_on) == 0, "the one of seven days was sent"
    subjects = [one.subject for one in session.scalars(sa.select(Message).where(Message.address == addresses(made)[0]))]
    assert sum("is late" in one for one in subjects) == 2
    build.submitted(session, made)
    assert remind(due_on + timedelta(days=31)) == 0

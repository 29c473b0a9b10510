"""Reports in mail and on the start page, and the job that opens the periods of a grant that enters into force."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.money import Money
from app.grants.queries.facts import day_of
from app.infra.tokens import TokenSigner
from app.jobs.open_reporting import open_reporting
from app.notifications.models import Message
from app.notifications.queries.reporting_work import reporting_work
from app.notifications.rules.reporting_tasks import reporting_tasks
from app.notifications.rules.tasks import TaskKind
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from app.reporting.queries.reports import calculations_of, reports_of
from app.reporting.schemas import NoteRecovery, ReturnReport, WaiveRecovery
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.submit_report import submit_report
from app.reporting.use_cases.waive_recovery import waive_recovery
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant, a_running_grant
from tests.builders.payments import an_office

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
REASON = "The travel of March has no boarding passes."
DAY = date(2020, 12, 8)


def last(session: Session, kind: str) -> Event:
    return session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)).one()


def notify(session: Session, kind: str) -> list[Message]:
    event = last(session, kind)
    notify_of_event(session, event.id, links=LINKS, now=build.DECIDED)
    return list(session.scalars(sa.select(Message).where(Message.event_id == event.id)))


def test_who_hears_of_a_report_and_finds_it_on_the_start_page(session: Session) -> None:
    made = a_running_grant(session)
    assert not reports_of(session, made.grant_id)
    for _ in range(2):
        open_reporting(session, last(session, "grant.signed").id, now=build.OPENED)
    assert len(reports_of(session, made.grant_id)) == 2, "opened once by the last signature"

    def tasks(member: int | None) -> list[TaskKind]:
        actor = made.officer if member is None else made.actor(session, member)
        today = day_of(build.REPORTED)
        return [one.kind for one in reporting_tasks(reporting_work(session, actor, today=today), today)]

    assert (tasks(0), tasks(1), tasks(None)) == ([TaskKind.WRITE_PERIODIC_REPORT], [TaskKind.FILL_IN_STATEMENT], [])
    build.written(session, made)
    assert tasks(1) == [], "signed, so nothing is left to do"
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.REPORTED)
    assert (tasks(0), tasks(None)) == ([], [TaskKind.JUDGE_PERIODIC_REPORT])
    told = notify(session, "reporting.submitted")
    assert made.officer.email in {mail.address for mail in told}
    assert not {member.person.email for member in made.made.members} & {mail.address for mail in told}
    wrong = ReturnReport(reason=REASON, partners=(made.made.members[1].partner_id,), correct_by=date(2020, 12, 21))
    return_report(session, made.officer, made.grant_id, 1, wrong, now=build.DECIDED)
    name = next(one.name for one in made.agreement(session).facts.parties if one.partner_id in wrong.partners)
    assert (tasks(0), tasks(1), tasks(2)) == ([TaskKind.CORRECT_PERIODIC_REPORT], [TaskKind.CORRECT_STATEMENT], [])
    due = [one.day for one in reporting_tasks(reporting_work(session, made.actor(session, 1), today=DAY), DAY)]
    assert due == [date(2020, 12, 21)], "the day of the correction"
    told = notify(session, "reporting.returned")
    assert {mail.address for mail in told} == {member.person.email for member in made.made.members}
    for mail in told:
        assert REASON in mail.text
        assert f"- {name}" in mail.text
        assert "by 21 December 2020" in mail.text
        assert f"https://grappe.example/grants/{made.grant_id}/reports/1" in mail.text
    build.signed_for(session, made, 1)
    assert tasks(1) == [], "signed again"
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.DECIDED)
    build.accepted(session, made)
    assert tasks(None) == [TaskKind.ASK_FOR_PAYMENT]
    assert REASON not in notify(session, "reporting.decided")[0].text


def to_pay_back(session: Session) -> tuple[MadeGrant, Money]:
    """A grant whose whole pre-financing comes back, by 15 December 2021."""
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    build.heard(session, made)
    return made, calculations_of(session, made.grant_id)[-1].recovery


def test_who_paid_back_late_reads_that_interest_is_still_owed(session: Session) -> None:
    made, owed = to_pay_back(session)
    accountant, late = an_office(session).accountant, date(2022, 1, 14)
    told = []
    for amount in (Money(100_000), owed - Money(100_000)):
        wanted = NoteRecovery(line_id=build.came_in(session, amount, day=late))
        note_recovery(session, accountant, made.grant_id, 2, wanted, now=build.FINALLY)
        told.append(notify(session, "reporting.recovered")[0].text.replace("\u00a0", " "))
    assert "EUR 1,000.00 of what the coordinator" in told[0]
    assert "is still to be paid back" in told[0]
    assert "of interest for late payment is still owed" in told[1]
    assert not any("Nothing more is owed" in text for text in told)


def test_what_is_waived_is_told_to_the_consortium(session: Session) -> None:
    made, owed = to_pay_back(session)
    office, in_time = an_office(session), date(2021, 12, 10)
    wanted = NoteRecovery(line_id=build.came_in(session, owed - Money(1), day=in_time))
    note_recovery(session, office.accountant, made.grant_id, 2, wanted, now=build.FINALLY)
    why = WaiveRecovery(waiver_reason="A cent was lost to the fee of a bank.")
    waive_recovery(session, office.authoriser, made.grant_id, 2, why, now=build.FINALLY)
    told = notify(session, "reporting.recovery_waived")
    assert {mail.address for mail in told} == {member.person.email for member in made.made.members}
    assert "does not ask back EUR 0.01" in told[0].text.replace("\u00a0", " ")


def test_what_came_back_in_time_ends_it(session: Session) -> None:
    made, owed = to_pay_back(session)
    wanted = NoteRecovery(line_id=build.came_in(session, owed, day=date(2021, 12, 10)))
    note_recovery(session, an_office(session).accountant, made.grant_id, 2, wanted, now=build.FINALLY)
    assert "Nothing more is owed for this grant." in notify(session, "reporting.recovered")[0].text

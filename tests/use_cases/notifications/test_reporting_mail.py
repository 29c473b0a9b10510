"""Reports in mail and on the start page, and the job that opens the periods of a grant that enters into force."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.grants.queries.facts import day_of
from app.infra.tokens import TokenSigner
from app.jobs.open_reporting import open_reporting
from app.notifications.models import Message
from app.notifications.queries.reporting_work import reporting_work
from app.notifications.rules.reporting_tasks import reporting_tasks
from app.notifications.rules.tasks import TaskKind
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from app.reporting.queries.reports import reports_of
from app.reporting.schemas import ReturnReport
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.submit_report import submit_report
from tests.builders import reporting as build
from tests.builders.grants import a_running_grant

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
REASON = "The travel of March has no boarding passes."


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
    return_report(session, made.officer, made.grant_id, 1, ReturnReport(reason=REASON), now=build.DECIDED)
    told = notify(session, "reporting.returned")
    assert {mail.address for mail in told} == {member.person.email for member in made.made.members}
    for mail in told:
        assert REASON in mail.text
        assert f"https://grappe.example/grants/{made.grant_id}/reports" in mail.text
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.DECIDED)
    build.accepted(session, made)
    assert tasks(None) == [TaskKind.ASK_FOR_PAYMENT]
    assert REASON not in notify(session, "reporting.decided")[0].text

"""Experts are reminded before their reports are due, once each, and by hand when they are late, once a day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.core.actor import Role
from app.core.errors import NotPermittedError
from app.evaluation.models import IndividualReport
from app.evaluation.rules.lifecycle import ReportState
from app.evaluation.use_cases.remind_late_experts import remind_late_experts
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from app.notifications.use_cases.remind_experts import experts_to_remind, remind_experts
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import DUE, EVALUATING, a_round, an_assignment, an_expert
from tests.builders.people import a_person, actor_for
from tests.use_cases.evaluation.refusals import refused_by

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
LATE = DUE + timedelta(minutes=1)


def test_each_expert_is_reminded_three_times_of_what_is_missing(session: Session) -> None:
    _, call, made = a_round(session, applications=3)
    busy, done = an_expert(session, call), an_expert(session, call)
    for one in made:
        an_assignment(session, one, busy, answer="none")
    reported = an_assignment(session, made[0], done, answer="none")
    session.add(
        IndividualReport(
            assignment_id=reported, state=ReportState.SUBMITTED, version=1, saved_at=EVALUATING, submitted_at=EVALUATING
        )
    )
    session.flush()
    withdraw_application(
        session, made[2].actor(session), made[2].application_id, Withdraw(reason="No."), now=EVALUATING
    )
    counts = []
    for days in (8, 7, 5, 2, 1, 0):
        now = DUE - timedelta(days=days)
        counts.append(
            sum(remind_experts(session, one, links=LINKS, now=now) for one in experts_to_remind(session, now=now))
        )
        assert not experts_to_remind(session, now=now), "reminded twice"
    assert counts == [0, 1, 0, 1, 1, 0]
    mails = session.execute(sa.select(Message.address, Message.subject).where(Message.kind == "reports_due")).all()
    assert {tuple(mail) for mail in mails} == {(busy.email, f"{call.identifier}: 2 reports are due soon")}


def test_who_is_assigned_late_gets_no_reminder_that_is_past(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    an_assignment(session, made, person, now=DUE - timedelta(days=4))
    assert not experts_to_remind(session, now=DUE - timedelta(days=4))
    assert experts_to_remind(session, now=DUE - timedelta(days=2)) == [person.id]


def test_late_experts_are_reminded_by_hand_once_a_day(session: Session) -> None:
    _, call, made = a_round(session, applications=2)
    officer, person = a_programme_officer(session), an_expert(session, call)
    for one in made:
        an_assignment(session, one, person, answer="none")
    assert refused_by(lambda: remind_late_experts(session, officer, call.id, now=DUE)) == {"expert.nobody_to_remind"}
    assert remind_late_experts(session, officer, call.id, now=LATE) == 1
    hours = LATE + timedelta(hours=23)
    assert refused_by(lambda: remind_late_experts(session, officer, call.id, now=hours)) == {"expert.nobody_to_remind"}
    assert remind_late_experts(session, officer, call.id, now=LATE + timedelta(days=1)) == 1
    events = session.scalars(sa.select(Event.id).where(Event.kind == "expert.reminded")).all()
    assert len(events) == 2
    assert notify_of_event(session, events[0], links=LINKS, now=LATE) == 1
    text = session.execute(sa.select(Message.text).where(Message.kind == "reports_late")).scalar_one()
    assert "2 applications to the call" in text


def test_who_conducts_the_evaluation_reminds(session: Session) -> None:
    _, call, _ = a_round(session)
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        remind_late_experts(session, auditor, call.id, now=LATE)


def test_the_letter_of_an_assignment_names_the_call_and_nothing_of_the_application(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id = an_assignment(session, made, person)
    event = session.execute(sa.select(Event.id).where(Event.subject_id == assignment_id)).scalar_one()
    assert notify_of_event(session, event, links=LINKS, now=EVALUATING) == 1
    assert notify_of_event(session, event, links=LINKS, now=EVALUATING) == 0
    mail = session.execute(sa.select(Message).where(Message.kind == "assignment_made")).scalar_one()
    assert mail.address == person.email
    assert call.identifier in mail.subject
    assert f"https://grappe.example/evaluation/{assignment_id}/conflict" in mail.text
    for secret in (made.row(session).acronym, made.members[0].organisation.legal_name):
        assert secret not in mail.text + mail.html + mail.subject


def test_an_assignment_that_is_over_before_the_mail_left_is_not_announced(session: Session) -> None:
    _, call, [made] = a_round(session)
    assignment_id = an_assignment(session, made, an_expert(session, call), answer="conflict")
    event = session.execute(
        sa.select(Event.id).where(Event.subject_id == assignment_id, Event.kind == "assignment.made")
    ).scalar_one()
    assert notify_of_event(session, event, links=LINKS, now=EVALUATING) == 0

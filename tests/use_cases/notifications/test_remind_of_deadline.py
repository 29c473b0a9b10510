"""Reminders reach the contacts of drafts, once per reminder and deadline."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls.schemas import DraftToSave
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.save_draft import save_draft
from app.core.actor import Role
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.remind_of_deadline import drafts_to_remind, remind_of_deadline
from tests.builders.applications import a_call, a_draft, a_partner, a_submitted_application
from tests.builders.calls import a_document, a_programme_officer
from tests.builders.people import a_person, a_role

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
WEEK, TWO_DAYS, THREE_HOURS = timedelta(days=7), timedelta(hours=48), timedelta(hours=3)


def subjects(session: Session) -> list[str]:
    return sorted(session.scalars(sa.select(Message.subject).where(Message.kind == "deadline_near")))


def test_each_contact_of_a_draft_is_reminded_three_times_in_all(session: Session) -> None:
    call = a_call(session)
    made = a_draft(session, call, acronym="CIRCTEX")
    a_partner(session, made, 1)
    reader = a_person(session)
    a_role(session, reader, Role.TEAM_MEMBER, made.application_id)
    a_submitted_application(session, call, acronym="DONE")
    counts = []
    for before in (WEEK + timedelta(seconds=1), WEEK, timedelta(days=3), TWO_DAYS, THREE_HOURS, timedelta(0)):
        now = call.deadline - before
        due = drafts_to_remind(session, now=now)
        counts.append(sum(remind_of_deadline(session, one, links=LINKS, now=now) for one in due))
        assert drafts_to_remind(session, now=now) == [], "reminded twice"
    assert counts == [0, 2, 0, 2, 2, 0]
    assert subjects(session) == sorted(
        [
            "CIRCTEX: 7 days until the deadline",
            "CIRCTEX: 2 days until the deadline",
            "CIRCTEX: 3 hours until the deadline",
        ]
        * 2
    )
    assert reader.email not in session.scalars(sa.select(Message.address)).all()


def test_after_a_pause_of_the_service_one_reminder_comes_and_says_what_is_really_left(session: Session) -> None:
    made = a_draft(session)
    now = made.call.deadline - timedelta(hours=2, minutes=30)
    assert remind_of_deadline(session, made.application_id, links=LINKS, now=now) == 1
    assert subjects(session) == ["CIRCTEX: 2 hours until the deadline"]


def test_a_moved_deadline_brings_reminders_of_its_own(session: Session) -> None:
    made = a_draft(session, a_call(session, corrected=False))
    week_before = made.call.deadline - WEEK
    assert remind_of_deadline(session, made.application_id, links=LINKS, now=week_before) == 1
    officer = a_programme_officer(session)
    later = a_document({"timetable.stages.single.deadline": "2019-04-11 17:00"})
    save_draft(session, officer, made.call.id, DraftToSave(document=later, revision=1), now=week_before)
    correct_call(session, officer, made.call.id, confirmed=True, now=week_before)
    assert remind_of_deadline(session, made.application_id, links=LINKS, now=week_before) == 0
    assert remind_of_deadline(session, made.application_id, links=LINKS, now=week_before + WEEK) == 1
    assert "Thursday 11 April 2019" in session.scalars(sa.select(Message.text).order_by(Message.id.desc())).first()


def test_a_closed_account_is_not_reminded(session: Session) -> None:
    made = a_draft(session)
    made.person.active = False
    session.flush()
    assert drafts_to_remind(session, now=made.call.deadline - WEEK) == []

"""Mail about grants: each time the one who acts next hears of it, and nobody twice."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.grants.schemas import GiveReason
from app.grants.use_cases.abandon_grant import abandon_grant
from app.grants.use_cases.send_preparation import return_grant
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.queries.grant_work import grant_work
from app.notifications.rules.grant_tasks import grant_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from tests.builders.grants import (
    PREPARED_GRANT,
    MadeGrant,
    a_grant_to_sign,
    a_sent_grant,
    an_opened_grant,
    prepare_party,
    sign,
)

LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
WHY = "The start date has to follow the kick-off of the programme."
NOW = PREPARED_GRANT


def told(session: Session, kind: str) -> dict[str, str]:
    """Address to text of the mail about the last event of a kind."""
    wanted = sa.select(Event.id).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)
    event_id = session.execute(wanted).scalar_one()
    notify_of_event(session, event_id, links=LINKS, now=NOW)
    return {one.address: one.text for one in session.scalars(sa.select(Message).where(Message.event_id == event_id))}


def contacts(made: MadeGrant) -> set[str]:
    return {member.person.email for member in made.made.members}


def test_the_office_hears_of_a_preparation_and_the_consortium_why_it_came_back(session: Session) -> None:
    made = a_sent_grant(session)
    office = told(session, "grant.preparation_sent")
    assert made.officer.email in office
    assert not set(office) & contacts(made)
    assert all(f"https://grappe.example/officer/grants/{made.grant_id}" in text for text in office.values())
    return_grant(session, made.officer, made.grant_id, GiveReason(reason=WHY), now=NOW)
    found = told(session, "grant.returned")
    assert set(found) == contacts(made)
    assert all(WHY in text and "2 December 2019" in text for text in found.values())


def test_each_signature_tells_those_whose_turn_it_becomes(session: Session) -> None:
    made = a_grant_to_sign(session)
    coordinator, *others = [member.person.email for member in made.made.members]
    assert set(told(session, "grant.opened_for_signature")) == {coordinator}
    sign(session, made, 0)
    assert set(told(session, "grant.signed")) == set(others)
    sign(session, made, 2)
    assert told(session, "grant.signed") == {}, "the other one knows already"
    sign(session, made, 1)
    [(address, text)] = told(session, "grant.signed").items()
    assert address == made.authority.email
    assert f"/officer/grants/{made.grant_id}/sign" in text


def test_the_consortium_hears_that_no_agreement_is_made(session: Session) -> None:
    made = a_grant_to_sign(session)
    abandon_grant(session, made.officer, made.grant_id, GiveReason(reason=WHY), now=NOW)
    found = told(session, "grant.abandoned")
    assert set(found) == contacts(made)
    assert all(WHY in text for text in found.values())


def tasks(session: Session, made: MadeGrant, member: int) -> list[Task]:
    return list(grant_tasks(*grant_work(session, made.actor(session, member), now=NOW)))


def test_the_start_page_shows_each_person_their_own_part(session: Session) -> None:
    made = an_opened_grant(session)
    for member in (0, 1):
        [task] = tasks(session, made, member)
        assert (task.kind, task.group) == (TaskKind.PREPARE_GRANT, Group.TO_DO)
    prepare_party(session, made, 1)
    [done] = tasks(session, made, 1)
    assert (done.kind, done.group) == (TaskKind.GRANT_UNDER_WAY, Group.UNDER_WAY)
    assert list(grant_tasks(*grant_work(session, made.authority, now=NOW))) == []


def test_who_signs_next_has_a_task_and_nobody_else(session: Session) -> None:
    made = a_grant_to_sign(session)
    assert [task.kind for member in range(3) for task in tasks(session, made, member)] == [
        TaskKind.SIGN_AGREEMENT,
        TaskKind.GRANT_UNDER_WAY,
        TaskKind.GRANT_UNDER_WAY,
    ]
    for member in range(3):
        sign(session, made, member)
    [last] = grant_tasks(*grant_work(session, made.authority, now=NOW))
    assert (last.kind, last.figures["count"]) == (TaskKind.SIGN_FOR_AUTHORITY, 1)

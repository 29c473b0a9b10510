"""A message is posted once per key, with the job that sends it, in the transaction of its cause."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.notifications.models import Message
from app.notifications.rules.facts import Addressee
from app.notifications.rules.recipients import LETTERS
from app.notifications.schemas import NewMessage, Wording
from app.notifications.use_cases.post_message import SEND_TASK, post_message
from tests.conftest import NOW


def new(key: str, kind: str = "application.submitted") -> NewMessage:
    return NewMessage(
        key=key,
        letter=LETTERS[kind],
        addressee=Addressee("ada@example.org"),
        wording=Wording("Subject", "Text", "<p>Text</p>"),
    )


def jobs(session: Session) -> list[tuple[str, int]]:
    statement = sa.text(
        "select args->>'message_id', priority from procrastinate_jobs where task_name = :task order by priority desc"
    )
    return [(message, priority) for message, priority in session.execute(statement, {"task": SEND_TASK})]


def test_the_second_with_the_same_key_is_the_first(session: Session) -> None:
    assert post_message(session, new("one"), now=NOW)
    assert not post_message(session, new("one"), now=NOW)
    [message] = session.scalars(sa.select(Message)).all()
    assert (message.key, message.state, message.due_at) == ("one", "queued", NOW)
    assert [found for found, _ in jobs(session)] == [str(message.id)]


def test_a_link_that_somebody_waits_for_is_sent_first(session: Session) -> None:
    post_message(session, new("many", "call.corrected"), now=NOW)
    post_message(session, new("link", "password.reset_requested"), now=NOW)
    first, second = jobs(session)
    assert first[1] > second[1]
    link = session.scalars(sa.select(Message).where(Message.key == "link")).one()
    assert first[0] == str(link.id)
    assert link.secret


def test_what_is_undone_takes_the_message_with_it(session: Session) -> None:
    with session.begin_nested() as undone:
        post_message(session, new("one"), now=NOW)
        undone.rollback()
    assert session.scalars(sa.select(Message)).all() == []
    assert jobs(session) == []
    assert post_message(session, new("one"), now=NOW)

"""The job that reminds: everybody due, once, and one broken draft does not keep the others back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.jobs.remind import remind
from app.jobs.send_mail import send_due_messages
from app.notifications.models import Message
from tests.builders.applications import a_call, a_draft

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.infra.mailbox import DemoMailbox


def test_reminders_arrive_once(runtime: Runtime, mailbox: DemoMailbox) -> None:
    with runtime.database.transaction() as session:
        call = a_call(session)
        poison = a_draft(session, call, acronym="POISON")
        good = a_draft(session, call, acronym="GOOD")
        session.execute(
            sa.text(
                "create function refuse_poison() returns trigger language plpgsql as "
                "$$begin if new.subject like 'POISON%' then raise exception 'no'; end if; return new; end$$"
            )
        )
        session.execute(
            sa.text("create trigger poison before insert on message for each row execute function refuse_poison()")
        )
    runtime.clock.instant = call.deadline - timedelta(days=7)  # type: ignore[attr-defined]  # the test's clock
    assert [remind(runtime), remind(runtime)] == [1, 0]
    send_due_messages(runtime)
    assert [(mail.to, mail.subject) for mail in mailbox.messages()] == [
        (good.person.email, "GOOD: 7 days until the deadline")
    ]
    with runtime.database.transaction() as session:
        session.execute(sa.text("drop trigger poison on message"))
    assert remind(runtime) == 1
    with runtime.database.reading() as session:
        told = session.scalars(sa.select(Message.address).where(Message.kind == "deadline_near")).all()
    assert sorted(told) == sorted([good.person.email, poison.person.email])

"""Mail over real SMTP: sent once, tried again, never lost, never in the way of other mail."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import SYSTEM
from app.infra.ids import new_id
from app.infra.mailbox import DemoMailbox
from app.infra.queue import Worker
from app.jobs import deliver_events, send_mail
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState
from app.notifications.rules.retries import LEASE
from app.partnerships.events import PartnerInvited
from tests.builders.applications import a_submitted_application
from tests.builders.notifications import a_message
from tests.conftest import NOW
from tests.support.killing_proxy import KillingProxy

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

SEND = """
import sys
from pathlib import Path
from app.delivery.runtime import build_runtime
from app.jobs.send_mail import send_message
from app.settings import Mode, Settings
url, folder, port, message_id = sys.argv[1:]
sys.stdin.readline()
settings = Settings(mode=Mode.REHEARSAL, data_dir=Path(folder), database_url=url, smtp_host="127.0.0.1", smtp_port=int(port))
send_message(build_runtime(settings), message_id=message_id)
"""


@pytest.fixture(autouse=True)
def no_messages(runtime: Runtime) -> None:
    """Each test starts without messages."""
    with runtime.database.transaction() as session:
        session.execute(sa.delete(Message))


def posted(runtime: Runtime, **given: object) -> UUID:
    with runtime.database.transaction() as session:
        return a_message(session, **given).id


def stored(runtime: Runtime, message_id: UUID) -> Message:
    with Session(runtime.database.engine) as session:
        return session.get_one(Message, message_id)


def test_a_message_is_sent_once_however_often_it_is_asked_for(runtime: Runtime, mailbox: DemoMailbox) -> None:
    message_id = posted(runtime, subject="Łódź is near", text="Grüße\nhttps://grappe.example/tasks\n")
    assert send_mail.send_message(runtime, message_id=str(message_id))
    assert not send_mail.send_message(runtime, message_id=str(message_id))
    assert send_mail.send_due_messages(runtime) == 0
    [kept] = mailbox.messages()
    assert (kept.subject, kept.text) == ("Łódź is near", "Grüße\nhttps://grappe.example/tasks\n")
    message = stored(runtime, message_id)
    assert (message.state, message.sent_at, message.attempts) == (MessageState.SENT, NOW, 1)


def test_eight_senders_at_once_send_it_once(runtime: Runtime, mailbox: DemoMailbox) -> None:
    message_id = posted(runtime)
    results: list[bool] = []
    senders = [
        threading.Thread(target=lambda: results.append(send_mail.send_message(runtime, message_id=str(message_id))))
        for _ in range(8)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(results) == [False] * 7 + [True]
    assert stored(runtime, message_id).attempts == 1
    assert len(mailbox.messages()) == 1


def test_without_a_mail_server_it_waits_and_goes_out_when_there_is_one(
    runtime: Runtime, request: pytest.FixtureRequest
) -> None:
    message_id = posted(runtime)
    assert not send_mail.send_message(runtime, message_id=str(message_id))
    assert send_mail.send_due_messages(runtime) == 0
    assert (stored(runtime, message_id).state, stored(runtime, message_id).attempts) == (MessageState.QUEUED, 0)
    mailbox: DemoMailbox = request.getfixturevalue("mailbox")
    assert send_mail.send_due_messages(runtime) == 1
    assert len(mailbox.messages()) == 1


def test_a_mail_server_that_is_away_is_tried_again_later(runtime: Runtime, mailbox: DemoMailbox) -> None:
    message_id = posted(runtime)
    there = runtime.settings
    runtime.settings = there.model_copy(update={"smtp_port": 1})
    assert not send_mail.send_message(runtime, message_id=str(message_id))
    message = stored(runtime, message_id)
    assert (message.state, message.due_at) == (MessageState.QUEUED, NOW + timedelta(minutes=1))
    assert "ConnectionRefusedError" in message.failure
    runtime.settings = there
    assert send_mail.send_due_messages(runtime) == 0
    runtime.clock.instant = NOW + timedelta(minutes=1)  # type: ignore[attr-defined]  # the test's clock
    assert send_mail.send_due_messages(runtime) == 1
    assert len(mailbox.messages()) == 1


def test_a_poisoned_message_does_not_hold_back_the_others(runtime: Runtime, mailbox: DemoMailbox) -> None:
    poison = posted(runtime, subject="two\nlines", urgency=99)
    good = [posted(runtime) for _ in range(3)]
    assert send_mail.send_due_messages(runtime) == 3
    assert stored(runtime, poison).state == MessageState.FAILED
    assert {stored(runtime, one).state for one in good} == {MessageState.SENT}
    assert len(mailbox.messages()) == 3


def test_a_sender_killed_after_the_server_took_the_mail_leaves_one_mail(
    runtime: Runtime, mailbox: DemoMailbox, tmp_path: Path
) -> None:
    message_id = posted(runtime)
    proxy = KillingProxy(runtime.settings.smtp_port)
    arguments = (runtime.database.url, str(tmp_path / "data"), str(proxy.port), str(message_id))
    sender = subprocess.Popen([sys.executable, "-c", SEND, *arguments], stdin=subprocess.PIPE)
    proxy.victim = sender.pid
    sender.communicate(b"\n", timeout=60)
    proxy.close()
    assert sender.returncode == -9
    assert stored(runtime, message_id).state == MessageState.SENDING
    assert len(mailbox.messages()) == 1, "the server had taken it"

    runtime.clock.instant = datetime.now(UTC) + LEASE + timedelta(minutes=1)  # type: ignore[attr-defined]  # the test's clock
    assert send_mail.send_due_messages(runtime) == 1
    message = stored(runtime, message_id)
    assert (message.state, message.attempts) == (MessageState.SENT, 2)
    assert len(mailbox.messages()) == 1, "the same Message-ID is the same mail"


def test_from_the_submission_to_the_mailbox(runtime: Runtime, mailbox: DemoMailbox) -> None:
    with runtime.database.transaction() as session:
        nowhere = new_id()
        poison = PartnerInvited(subject_id=nowhere, facts={"partner": str(nowhere)}, application_id=nowhere)
        record_event(session, SYSTEM, poison, now=NOW)
        made = a_submitted_application(session)
        readers = {member.person.email for member in made.members}
    tasks = (*deliver_events.tasks(runtime), *(task for task in send_mail.tasks(runtime) if not task.cron))
    Worker(runtime.database.url, tasks).drain()
    submitted = [mail for mail in mailbox.messages() if mail.subject == "CIRCTEX was submitted"]
    assert {mail.to for mail in submitted} == readers
    assert len(submitted) == len(readers)

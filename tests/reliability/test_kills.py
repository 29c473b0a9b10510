"""kill -9 in the middle: whole transactions only, jobs resume, and what was acknowledged is there once."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest
import sqlalchemy as sa

from app.audit.models import Event
from app.delivery.runtime import build_runtime
from app.documents.models import Document, StoredFile
from app.documents.rules.lifecycle import DocumentState
from app.infra.mailbox import DemoMailbox
from app.jobs.verify import verify_everything
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState
from app.notifications.rules.retries import LEASE
from app.settings import Settings
from tests.conftest import NOW
from tests.reliability.records import assert_nothing_is_half_done, stored_submissions
from tests.support.platform import Platform
from tests.support.storm import Answer, Client

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.builders.copies import Copy
    from tests.reliability.conftest import Stage

CLIENTS = 3
READERS = 3
"""Contacts of each application, who hear of the submission and of the receipt."""
SECONDS = 150


class Retrying:
    """A client who sends again, with the same key, until it is answered."""

    def __init__(self, platform: Platform, who: Copy) -> None:
        self.platform, self.who = platform, who
        self.interrupted = 0
        self.answer: Answer | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            client = Client(self.platform)
            try:
                self.answer = client.submit(self.who, door="web", key=f"key-{self.who.application_id}")
            except (OSError, http.client.HTTPException):
                self.interrupted += 1
                time.sleep(0.02)
            else:
                return
            finally:
                client.close()


@pytest.fixture
def mailbox(stage: Stage) -> Iterator[DemoMailbox]:
    """A real mail server that is not killed."""
    box = DemoMailbox(stage.folder / "mailbox")
    yield box
    box.stop()


def survived(stage: Stage, mailbox: DemoMailbox, kills: Sequence[float], worker: Literal["inside", "beside"]) -> None:
    """Kill that many seconds after each burst of submissions; start again; in the end all is as if nothing had been."""
    settings = {"GRAPPE_SMTP_HOST": "127.0.0.1", "GRAPPE_SMTP_PORT": str(mailbox.start())}
    platform = Platform(
        str(stage.database.url), stage.folder, NOW + timedelta(days=1) - datetime.now(UTC), settings, worker
    )
    clients: list[Retrying] = []
    in_hand = 0
    platform.start()
    try:
        for number, seconds in enumerate(kills):
            burst = [Retrying(platform, who) for who in stage.drafts[number * CLIENTS : (number + 1) * CLIENTS]]
            clients += burst
            for client in burst:
                client.thread.start()
            time.sleep(seconds)
            platform.kill()
            in_hand += jobs(stage, "doing")
            platform.start()
        for client in clients:
            client.thread.join(SECONDS)
        wait_until_done(stage, platform)
    finally:
        platform.stop()
    assert in_hand + sum(client.interrupted for client in clients) > 0, "the kills came in the middle of something"
    assert_all_is_there_once(stage, clients, mailbox)


def wait_until_done(stage: Stage, platform: Platform) -> None:
    """Every document sealed, every message sent; senders that were killed are taken for dead after their lease."""
    end = time.monotonic() + SECONDS
    moved = False
    while True:
        documents, messages = states(stage)
        waiting = sum(count for state, count in documents.items() if state != DocumentState.SEALED)
        if not waiting and not jobs(stage, "todo", "doing"):
            if set(messages) == {MessageState.SENT}:
                return
            if not moved:
                platform.move_clock(platform.offset + LEASE + timedelta(seconds=90))
                moved = True
        assert time.monotonic() < end, f"{documents} {messages} {platform.log()[-2000:]}"
        time.sleep(0.2)


def jobs(stage: Stage, *statuses: str) -> int:
    """How many jobs that have a cause are in one of these states."""
    with stage.database.reading() as session:
        return int(
            session.execute(
                sa.text(
                    "select count(*) from procrastinate_jobs where status::text = any(:statuses) "
                    "and task_name in ('render_document', 'deliver_event', 'send_message')"
                ),
                {"statuses": list(statuses)},
            ).scalar_one()
        )


def states(stage: Stage) -> tuple[Counter[str], Counter[str]]:
    """How many documents and messages are in which state."""
    with stage.database.reading() as session:
        return Counter(session.scalars(sa.select(Document.state))), Counter(session.scalars(sa.select(Message.state)))


def assert_all_is_there_once(stage: Stage, clients: list[Retrying], mailbox: DemoMailbox) -> None:
    """One submission, one receipt, one mail of each kind to each contact, and history is whole."""
    stored = {one.application_id: one for one in stored_submissions(stage.database)}
    assert len(stored_submissions(stage.database)) == len(clients)
    for client in clients:
        assert client.answer is not None, "nobody was left without an answer"
        assert client.answer.status == 303, client.answer.body[:500]
        mine = stored[client.who.application_id]
        assert client.answer.location.endswith(f"/submitted/{mine.id}")
    assert_nothing_is_half_done(stage.database)
    with stage.database.reading() as session:
        assert Counter(session.scalars(sa.select(Document.state))) == {DocumentState.SEALED: len(clients)}
        sealed = session.scalars(sa.select(Event.subject_id).where(Event.kind == "document.sealed"))
        assert Counter(sealed) == Counter(session.scalars(sa.select(Document.id)))
        files = session.scalars(sa.select(StoredFile.id).where(StoredFile.filename.like("%receipt.pdf"))).all()
        assert len(files) == len(clients)
        told = Counter(session.scalars(sa.select(Message.kind)))
        assert told == {"submitted": READERS * len(clients), "receipt": READERS * len(clients)}
        addressed = Counter((row.to, row.subject) for row in mailbox.messages())
        sent = [tuple(row) for row in session.execute(sa.select(Message.address, Message.subject))]
        assert addressed == Counter(sent), "what was captured is what was posted"
    runtime = build_runtime(Settings(data_dir=stage.folder / "data", database_url=str(stage.database.url)))
    report = verify_everything(runtime)
    runtime.close()
    assert report.faults == ()
    assert report.sealed == len(clients)


def test_three_kills(stage: Stage, mailbox: DemoMailbox) -> None:
    """In the middle of submissions, of rendering, and of sealing and mail."""
    survived(stage, mailbox, (0.06, 0.9, 2.2), "inside")


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(1, 5))
def test_twenty_kills(stage: Stage, mailbox: DemoMailbox, seed: int) -> None:
    """Five at a time, at moments that nobody chose."""
    chance = random.Random(seed)  # noqa: S311  # moments, no secret
    survived(stage, mailbox, [chance.uniform(0.01, 3.5) for _ in range(5)], "beside")

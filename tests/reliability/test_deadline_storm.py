"""The last seconds of a call: what arrives in time counts, once; what arrives late does not; nothing is lost."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.delivery.runtime import build_runtime
from app.documents import queries
from app.documents.rules.lifecycle import DocumentState
from app.infra.sealing import inspect_seal, load_authority
from app.jobs.render_documents import make_document
from app.settings import Settings
from tests.reliability.conftest import DEADLINE, Stage
from tests.reliability.records import Stored, assert_nothing_is_half_done, stored_submissions
from tests.support.platform import Platform, running
from tests.support.storm import Answer, Client, sleep_until, storm

if TYPE_CHECKING:
    from tests.builders.copies import Copy

SUBMISSIONS, THREADS, TWICE = 200, 32, 20
AROUND = timedelta(seconds=1.5)
TOLERANCE = timedelta(milliseconds=30)
"""The server's clock is corrected by what it measured of the database's; the clients' is not."""
ARRIVES_WITHIN = timedelta(seconds=0.5)
"""From the first byte sent to the stamp, on a machine where everything competes: what was sent earlier was in time."""
RENDERED = 10
DOORS = ("web", "api")


def send_at(client: Client, *, who: Copy, at: datetime, door: str, key: str) -> Answer:
    """Wait for the moment, then submit."""
    sleep_until(client.platform, at)
    return client.submit(who, door=door, key=key)


def planned(stage: Stage, seed: int) -> list[Callable[[Client], Answer]]:
    """Submissions spread around the deadline, by both doors, some of them pressed twice at once."""
    chance = random.Random(seed)  # noqa: S311  # a plan, no secret
    work: list[Callable[[Client], Answer]] = []
    for number, who in enumerate(stage.drafts[:SUBMISSIONS]):
        at = DEADLINE - AROUND + 2 * AROUND * number / SUBMISSIONS
        door = chance.choice(DOORS)
        times = 2 if number % (SUBMISSIONS // TWICE) == 0 else 1
        work += [partial(send_at, who=who, at=at, door=door, key=f"key-{who.application_id}")] * times
    return work


@pytest.fixture
def answers(stage: Stage) -> list[Answer]:
    """What 32 clients were told."""
    platform = Platform(
        str(stage.database.url), stage.folder, DEADLINE - timedelta(hours=1) - datetime.now(UTC), worker="none"
    )
    with running(platform):
        warm = Client(platform)
        for who, door in zip(stage.drafts[SUBMISSIONS:], DOORS, strict=False):
            assert warm.submit(who, door=door, key="warm").accepted
        warm.close()
        platform.move_clock(DEADLINE - AROUND - timedelta(seconds=0.5) - datetime.now(UTC))
        told = storm(platform, THREADS, planned(stage, seed=2019))
    assert len(told) == SUBMISSIONS + TWICE
    return told


def test_in_time_counts_once_and_late_never(
    stage: Stage, answers: list[Answer], request: pytest.FixtureRequest
) -> None:
    stored = {one.application_id: one for one in stored_submissions(stage.database)}
    warm = {one.application_id for one in stage.drafts[SUBMISSIONS:]}
    accepted = Counter(answer.who.application_id for answer in answers if answer.accepted)
    refused = [answer for answer in answers if not answer.accepted]
    assert len(accepted) >= THREADS * 3 // 4, "the storm was about the deadline"
    assert len(refused) >= SUBMISSIONS // 5, "the storm was about the deadline"
    assert set(stored) - warm == set(accepted), "what was acknowledged is what is stored"
    assert len(stored_submissions(stage.database)) == len(stored), "each once, also where it was sent twice"
    first_sent = {one: min(a.sent_at for a in answers if a.who.application_id == one) for one in accepted}
    for answer in answers:
        check(answer, stored.get(answer.who.application_id))
        if answer.accepted:  # what is sent again with its key gets the first answer again, even after the deadline
            assert first_sent[answer.who.application_id] <= DEADLINE + TOLERANCE, f"accepted late: {answer}"
    assert_stamped_on_arrival(answers, stored)
    assert_nothing_is_half_done(stage.database)
    seal_receipts(
        stage, list(stored.values()) if request.config.getoption("--soak") else list(stored.values())[:RENDERED]
    )


def assert_stamped_on_arrival(answers: list[Answer], stored: dict[UUID, Stored]) -> None:
    """The stamp waits for no thread and no lock: it comes early in the time that an answer takes."""
    first = {answer.who.application_id: answer for answer in reversed(answers) if answer.accepted}
    waited = [(stored[one].received_at - answer.sent_at).total_seconds() for one, answer in first.items()]
    answered = [(answer.answered_at - answer.sent_at).total_seconds() for answer in first.values()]
    assert statistics.median(waited) < statistics.median(answered) / 4


def check(answer: Answer, stored: Stored | None) -> None:
    """One answer against the clock of its client and the row of its application."""
    if answer.answered_at < DEADLINE - TOLERANCE or answer.sent_at < DEADLINE - ARRIVES_WITHIN:
        assert answer.accepted, f"refused in time: {answer}"
    if answer.accepted:
        assert stored is not None
        assert stored.number == 1
        assert stored.received_at <= DEADLINE
        assert stored.received_at <= answer.answered_at + TOLERANCE
        assert str(stored.id) in answer.location + answer.body, "the answer names the submission"
        return
    assert answer.status == 422, answer.body[:500]
    assert "The deadline was 2019-04-04 17:00" in answer.body, "the page says why"
    if answer.body.startswith("{"):
        [finding] = answer.json["violations"]
        assert finding["rule"] == "application.late"
        told = datetime.fromisoformat(finding["figures"]["received"]).replace(tzinfo=ZoneInfo("Europe/Brussels"))
        assert told > DEADLINE
        earliest = answer.sent_at - TOLERANCE
        if not told.microsecond:  # beyond the deadline's own second an answer tells whole seconds
            earliest = earliest.replace(microsecond=0)
        assert earliest <= told <= answer.answered_at + TOLERANCE


def seal_receipts(stage: Stage, some: list[Stored]) -> None:
    """Receipts of these submissions are made and genuine, each for its own submission."""
    settings = Settings(data_dir=stage.folder / "data", database_url=str(stage.database.url), secret_key="x")
    runtime = build_runtime(settings)
    authority = load_authority(runtime.seal_dir)
    try:
        with stage.database.reading() as session:
            waiting = queries.documents_of(session, "submission", [one.id for one in some])
        assert len(waiting) == len(some)
        for row in waiting:
            make_document(runtime, row.id)
        with stage.database.reading() as session:
            made = queries.documents_of(session, "submission", [one.id for one in some])
        assert {row.state for row in made} == {DocumentState.SEALED}
        assert len({row.file_sha256 for row in made}) == len(some)
        for row in made:
            assert inspect_seal(runtime.files.get(str(row.file_sha256)), authority).genuine
    finally:
        runtime.close()

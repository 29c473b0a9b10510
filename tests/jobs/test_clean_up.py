"""What is over leaves, what is needed stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.accounts.models import ApiToken, SignInSession
from app.data_protection.rules.retention import RETENTION, RecordKind
from app.delivery.models import AnsweredRequest
from app.infra.ids import new_id
from app.infra.queue import enqueue
from app.jobs.clean_up import JOBS_KEPT, clean_up
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState
from tests.builders.notifications import a_message
from tests.builders.people import a_person, an_api_token
from tests.conftest import NOW

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.accounts.models import Person
    from app.delivery.runtime import Runtime

MINUTE = timedelta(minutes=1)
ANSWERS_KEPT, TOKENS_KEPT, MESSAGES_KEPT = (
    timedelta(days=RETENTION[kind].days) for kind in (RecordKind.ANSWER, RecordKind.API_TOKEN, RecordKind.MESSAGE)
)


def test_only_what_is_over_is_deleted(runtime: Runtime) -> None:
    idle = timedelta(minutes=runtime.settings.idle_minutes)
    with runtime.database.transaction() as session:
        person = a_person(session)
        kept = [
            a_sign_in(session, person, seen=NOW, ends=NOW + MINUTE),
            an_answer(session, "fresh", NOW - ANSWERS_KEPT + MINUTE),
        ]
        a_sign_in(session, person, seen=NOW, ends=NOW)
        a_sign_in(session, person, seen=NOW - idle, ends=NOW + MINUTE)
        an_answer(session, "old", NOW - ANSWERS_KEPT - MINUTE)
        an_api_token(session, person, expires_at=NOW - MINUTE)
        an_api_token(session, person, expires_at=NOW + MINUTE, revoked_at=NOW - TOKENS_KEPT - MINUTE)
        an_api_token(session, person, expires_at=NOW - TOKENS_KEPT - MINUTE)
        old = NOW - MESSAGES_KEPT - MINUTE
        a_message(session, state=MessageState.SENT, sent_at=old, created_at=old)
        waiting = a_message(session, created_at=old).id
        recent = a_message(session, state=MessageState.SENT, sent_at=NOW).id
    assert clean_up(runtime) == {"sessions": 2, "answers": 1, "tokens": 2, "messages": 1, "jobs": 0}
    with runtime.database.reading() as session:
        assert session.scalars(sa.select(SignInSession.id)).all() == [kept[0]]
        assert session.scalars(sa.select(AnsweredRequest.key)).all() == ["fresh"]
        assert len(session.scalars(sa.select(ApiToken.id)).all()) == 1
        assert set(session.scalars(sa.select(Message.id))) == {waiting, recent}
    assert set(clean_up(runtime).values()) == {0}


def test_old_jobs_that_are_over_leave_and_others_stay(runtime: Runtime) -> None:
    long_ago = datetime.now(UTC) - JOBS_KEPT - MINUTE
    runtime.clock.instant = datetime.now(UTC)  # type: ignore[attr-defined]  # the queue runs on the wall clock
    with runtime.database.transaction() as session:
        for name in ("over", "failed", "recent", "waiting"):
            enqueue(session, f"job_{name}")
        for name, status in (("over", "succeeded"), ("failed", "failed"), ("recent", "succeeded")):
            session.execute(
                sa.text(
                    "update procrastinate_jobs set status = cast(:status as procrastinate_job_status) where task_name = :task"
                ),
                {"status": status, "task": f"job_{name}"},
            )
        session.execute(
            sa.text(
                "update procrastinate_events set at = :at where job_id in "
                "(select id from procrastinate_jobs where task_name <> 'job_recent')"
            ),
            {"at": long_ago},
        )
    assert clean_up(runtime)["jobs"] == 2
    with runtime.database.reading() as session:
        left = session.scalars(sa.text("select task_name from procrastinate_jobs where task_name like 'job%'")).all()
    assert sorted(left) == ["job_recent", "job_waiting"]


def a_sign_in(session: Session, person: Person, *, seen: datetime, ends: datetime) -> UUID:
    identity = new_id()
    session.add(
        SignInSession(
            id=identity,
            person_id=person.id,
            fingerprint=str(identity),
            created_at=seen,
            last_seen_at=seen,
            ends_at=ends,
        )
    )
    return identity


def an_answer(session: Session, key: str, at: datetime) -> str:
    session.add(
        AnsweredRequest(
            owner="somebody",
            key=key,
            path="/",
            body_sha256="",
            status=200,
            location="",
            body=b"",
            media_type="",
            answered_at=at,
            person_id=None,
        )
    )
    return key

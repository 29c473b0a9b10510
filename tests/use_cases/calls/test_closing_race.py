"""Closing against closing and against submissions, with real transactions."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.audit.models import Event
from app.calls import queries
from app.calls.models import Call
from app.calls.rules.lifecycle import CallState
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM
from app.core.errors import TransitionNotAllowedError
from tests.builders.calls import a_programme_officer, a_published_call, another_call, escp_4x

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.runtime import Runtime

OVER = escp_4x().timetable.closes_at + timedelta(hours=1)


@pytest.fixture
def call_id(runtime: Runtime, request: pytest.FixtureRequest) -> UUID:
    with runtime.database.transaction() as session:
        number = sum(map(ord, request.node.name))
        return a_published_call(session, a_programme_officer(session), another_call(f"COS-RACE-{number}")).id


def test_two_who_close_at_once_close_it_once(runtime: Runtime, call_id: UUID) -> None:
    together = threading.Barrier(2)

    def close(_: int) -> str:
        together.wait(10)
        try:
            with runtime.database.transaction() as session:
                close_call(session, SYSTEM, call_id, now=OVER)
        except TransitionNotAllowedError:
            return "refused"
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, range(2))) == ["closed", "refused"]
    with runtime.database.reading() as session:
        closings = sa.select(sa.func.count()).select_from(Event).filter_by(call_id=call_id, kind="call.closed")
        assert session.execute(closings).scalar_one() == 1


def test_closing_waits_for_a_submission_that_is_being_stored(runtime: Runtime, call_id: UUID) -> None:
    stored = threading.Event()

    def close() -> bool:
        with runtime.database.transaction() as session:
            close_call(session, SYSTEM, call_id, now=OVER)
        return stored.is_set()

    with ThreadPoolExecutor(1) as pool:
        with runtime.database.transaction() as submission:
            assert queries.locked_call(submission, call_id, shared=True).state == CallState.PUBLISHED
            closing = pool.submit(close)
            with pytest.raises(TimeoutError):
                closing.result(timeout=0.5)
            stored.set()
        assert closing.result(timeout=10)
    with runtime.database.reading() as session:
        assert session.get_one(Call, call_id).state == CallState.CLOSED


def test_two_submissions_do_not_wait_for_each_other(runtime: Runtime, call_id: UUID) -> None:
    with runtime.database.transaction() as one, runtime.database.transaction() as other:
        other.execute(sa.text("set local lock_timeout = '2s'"))
        found = [queries.locked_call(session, call_id, shared=True).state for session in (one, other)]
    assert found == [CallState.PUBLISHED, CallState.PUBLISHED]

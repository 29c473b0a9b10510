"""A question that nobody answered lapses by itself, after its time and never before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.applications.models import ClarificationRequest
from app.applications.use_cases.lapse_clarification import lapse_clarification
from app.audit.models import Event
from app.core.actor import SYSTEM
from app.jobs.lapse_clarifications import lapse_clarifications
from tests.builders.checks import DUE, a_closed_call, answered, asked

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

TICK = timedelta(microseconds=1)


def test_only_what_is_open_and_past_due_lapses_and_only_once(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        closed = a_closed_call(session)
        late, early = asked(session, closed, closed.one), asked(session, closed, closed.one)
        answered(session, closed.one, early)
    found = []
    for instant in (DUE, DUE + TICK, DUE + TICK):
        runtime.clock.instant = instant  # type: ignore[attr-defined]  # the test's clock
        found.append(lapse_clarifications(runtime))
    assert found == [0, 1, 0]
    with runtime.database.transaction() as session:
        states = dict(session.execute(sa.select(ClarificationRequest.id, ClarificationRequest.state)).all())
        assert states == {late: "lapsed", early: "answered"}
        assert not lapse_clarification(session, SYSTEM, closed.one.application_id, early, now=DUE + TICK)
        assert session.scalars(sa.select(Event.kind).where(Event.kind == "clarification.lapsed")).all() == [
            "clarification.lapsed"
        ]

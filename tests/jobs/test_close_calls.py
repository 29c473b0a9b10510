"""A call closes by itself, after everything that arrived in time is stored, and takes its drafts with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.applications.models import Application
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.audit.use_cases.verify_chains import verify_chains
from app.calls.models import Call
from app.calls.queries import published_rules
from app.calls.rules.phases import CLOSING_GRACE
from app.delivery.unit_of_work import MAX_REQUEST_AGE
from app.jobs.close_calls import close_calls
from app.notifications.queries import work_of
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Work, tasks_of
from app.notifications.use_cases.remind_of_deadline import drafts_to_remind
from tests.builders.applications import a_call, a_draft, a_submitted_application
from tests.builders.calls import another_call, shipped_bytes
from tests.builders.people import actor_for
from tests.conftest import NOW

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

TICK = timedelta(microseconds=1)


@pytest.fixture(scope="module")
def filled(runtime: Runtime) -> UUID:
    """A call with a draft, a submitted and a withdrawn application, and one call that goes on."""
    with runtime.database.transaction() as session:
        call = a_call(session)
        a_draft(session, call, acronym="DRAFT")
        a_submitted_application(session, call, acronym="SENT")
        out = a_submitted_application(session, call, acronym="OUT")
        withdraw_application(session, out.actor(session), out.application_id, Withdraw(reason="x"), now=NOW)
        later = another_call("TEST-LATER", **{"deadline: 2019-04-04": "deadline: 2019-05-04"})
        a_draft(session, a_call(session, later), acronym="GOES ON")
        return call.id


def at(runtime: Runtime, filled: UUID, after: timedelta) -> int:
    """Run the job so long after the deadline; how many calls it closed."""
    with runtime.database.reading() as session:
        deadline = session.get_one(Call, filled).deadline
    runtime.clock.instant = deadline + after  # type: ignore[attr-defined]  # the test's clock
    return close_calls(runtime)


def states(runtime: Runtime) -> dict[str, str]:
    with runtime.database.reading() as session:
        return dict(session.execute(sa.select(Application.acronym, Application.state)).all())


def test_grace_outlasts_every_request_that_arrived_in_time() -> None:
    assert CLOSING_GRACE > MAX_REQUEST_AGE


def test_it_stays_open_until_deadline_and_grace_have_passed(runtime: Runtime, filled: UUID) -> None:
    assert [at(runtime, filled, after) for after in (-TICK, timedelta(0), TICK, CLOSING_GRACE)] == [0, 0, 0, 0]
    assert states(runtime)["DRAFT"] == "draft"


def test_then_drafts_are_not_submitted_and_all_else_stays(runtime: Runtime, filled: UUID) -> None:
    assert at(runtime, filled, CLOSING_GRACE + TICK) == 1
    assert states(runtime) == {"DRAFT": "not_submitted", "SENT": "submitted", "OUT": "withdrawn", "GOES ON": "draft"}


def test_again_changes_nothing(runtime: Runtime, filled: UUID) -> None:
    at(runtime, filled, CLOSING_GRACE + timedelta(minutes=30))
    assert at(runtime, filled, CLOSING_GRACE + timedelta(hours=1)) == 0
    with runtime.database.reading() as session:
        kinds = session.scalars(sa.select(Event.kind).where(Event.call_id == filled)).all()
        assert (kinds.count("call.closed"), kinds.count("application.not_submitted")) == (1, 1)
        assert verify_chains(session).whole


def test_a_call_in_two_stages_ends_stage_by_stage(runtime: Runtime) -> None:
    stages = """    - id: single
      title: Outline
      deadline: 2019-08-01 17:00 Europe/Brussels
    - id: full
      title: Full application
      deadline: 2019-09-03 17:00 Europe/Brussels
"""
    one = """    - id: single
      title: Full application
      deadline: 2019-04-04 17:00 Europe/Brussels
"""
    judged = re.search(r"    - stage: single\n(?:      .*\n)+", shipped_bytes().decode())
    assert judged
    both = judged[0] + judged[0].replace("single", "full")
    with runtime.database.transaction() as session:
        call = a_call(session, another_call("TEST-TWO-STAGES", **{one: stages, judged[0]: both}))
        a_draft(session, call, acronym="OUTLINE")
        full = a_draft(session, call, acronym="INVITED")
        full.row(session).stage = "full"
        rules = published_rules(session, call.id)[1]
        first, last = (stage.deadline.instant for stage in rules.timetable.stages)
        assert call.deadline == first
    runtime.clock.instant = first + CLOSING_GRACE + TICK  # type: ignore[attr-defined]  # the test's clock
    assert _call_state(runtime, call.id) == "published"
    close_calls(runtime)
    assert _call_state(runtime, call.id) == "published"
    assert (states(runtime)["OUTLINE"], states(runtime)["INVITED"]) == ("not_submitted", "draft")
    runtime.clock.instant = last - timedelta(hours=40)  # type: ignore[attr-defined]
    with runtime.database.reading() as session:
        now = runtime.clock.now()
        assert list(drafts_to_remind(session, now=now)) == [full.application_id]
        [work] = work_of(session, actor_for(session, full.person), now=now).applications
        assert (work.deadline, work.complete <= work.sections) == (last, True)
        [task] = tasks_of(Work(applications=(work,)), now)
        assert (task.kind, task.by) == (TaskKind.COMPLETE_APPLICATION, last)
    runtime.clock.instant = last + CLOSING_GRACE + TICK  # type: ignore[attr-defined]
    assert close_calls(runtime) >= 1
    assert _call_state(runtime, call.id) == "closed"
    assert states(runtime)["INVITED"] == "not_submitted"


def _call_state(runtime: Runtime, call_id: UUID) -> str:
    with runtime.database.reading() as session:
        return str(session.get_one(Call, call_id).state)


def test_a_call_that_cannot_be_closed_does_not_keep_the_others_open(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        early = another_call("TEST-POISON", **{"deadline: 2019-04-04": "deadline: 2019-06-04"})
        poisoned = a_draft(session, a_call(session, early), acronym="POISON")
        next_one = another_call("TEST-NEXT", **{"deadline: 2019-04-04": "deadline: 2019-06-05"})
        a_draft(session, a_call(session, next_one), acronym="NEXT")
        session.execute(
            sa.text(
                "create trigger poison before update on application for each row "
                "when (old.acronym = 'POISON') execute function refuse_change()"
            )
        )
    at(runtime, poisoned.call.id, timedelta(days=2))
    assert (states(runtime)["POISON"], states(runtime)["NEXT"]) == ("draft", "not_submitted")
    with runtime.database.transaction() as session:
        assert session.get_one(Call, poisoned.call.id).state == "published", "closing is all or nothing"
        session.execute(sa.text("drop trigger poison on application"))
    assert at(runtime, poisoned.call.id, timedelta(days=2)) == 1

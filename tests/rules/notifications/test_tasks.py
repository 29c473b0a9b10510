"""Every state of an application and a call becomes one task with who acts next and by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.lifecycle import CallState
from app.core.periods import instant_in_zone
from app.infra.ids import new_id
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who, next_deadline, tasks_of
from app.notifications.rules.work import (
    ApplicationWork,
    CallWork,
    DeclarationWork,
    InvitationWork,
    QuestionWork,
    Work,
)
from app.partnerships.rules.facts import PartnerRole
from tests.conftest import NOW

DEADLINE = NOW + timedelta(days=34)


def an_application(**given: Any) -> ApplicationWork:
    values: dict[str, Any] = {
        "application_id": new_id(), "acronym": "CIRCTEX", "reference": "C/0001", "state": ApplicationState.DRAFT,
        "coordinates": True, "edits": True, "call": "C", "call_state": CallState.PUBLISHED, "deadline": DEADLINE,
        "zone": "Europe/Brussels", "sections": 7, "complete": 2, "invited": 1, "information_on": date(2019, 9, 15),
    }  # fmt: skip
    return ApplicationWork(**(values | given))


def a_call(**given: Any) -> CallWork:
    values: dict[str, Any] = {
        "call_id": new_id(), "call": "C", "title": "A call", "state": CallState.PUBLISHED,
        "opens_at": NOW - timedelta(days=1), "deadline": DEADLINE, "zone": "Europe/Brussels",
    }  # fmt: skip
    return CallWork(**(values | given))


def the_task(now_after: timedelta = timedelta(0), **work: Any) -> Task:
    [task] = tasks_of(Work(**work), NOW + now_after)
    return task


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (TaskKind.COMPLETE_APPLICATION, Group.TO_DO, Who.YOU)),
        ({"coordinates": False}, (TaskKind.FILL_IN_PART, Group.TO_DO, Who.YOU)),
        ({"coordinates": False, "part_done": True}, (TaskKind.PART_FILLED_IN, Group.UNDER_WAY, Who.COORDINATOR)),
        ({"part_done": True}, (TaskKind.COMPLETE_APPLICATION, Group.TO_DO, Who.YOU)),
        ({"coordinates": False, "edits": False}, (TaskKind.FILL_IN_PART, Group.UNDER_WAY, Who.COORDINATOR)),
        ({"state": ApplicationState.SUBMITTED}, (TaskKind.SUBMITTED, Group.UNDER_WAY, Who.NOBODY)),
        ({"state": ApplicationState.WITHDRAWN}, (TaskKind.WITHDRAWN, Group.UNDER_WAY, Who.NOBODY)),
        ({"state": ApplicationState.NOT_SUBMITTED}, (TaskKind.NOT_SUBMITTED, Group.OVER, Who.NOBODY)),
        ({"call_state": CallState.WITHDRAWN}, (TaskKind.NOT_SUBMITTED, Group.OVER, Who.NOBODY)),
        (
            {"state": ApplicationState.SUBMITTED, "call_state": CallState.WITHDRAWN},
            (TaskKind.TAKEN_OUT, Group.OVER, Who.NOBODY),
        ),
        (
            {"state": ApplicationState.SUBMITTED, "call_state": CallState.CLOSED},
            (TaskKind.UNDER_EVALUATION, Group.UNDER_WAY, Who.OFFICE),
        ),
        (
            {"state": ApplicationState.WITHDRAWN, "call_state": CallState.CLOSED},
            (TaskKind.TAKEN_OUT, Group.OVER, Who.NOBODY),
        ),
    ],
)
def test_an_application_tells_who_acts(given: dict[str, Any], expected: tuple[TaskKind, Group, Who]) -> None:
    task = the_task(applications=(an_application(**given),))
    assert (task.kind, task.group, task.who) == expected


def test_one_microsecond_after_the_deadline_a_draft_is_over_and_a_submission_waits_for_the_office() -> None:
    late = DEADLINE - NOW + timedelta(microseconds=1)
    assert the_task(late, applications=(an_application(),)).kind is TaskKind.NOT_SUBMITTED
    submitted = the_task(late, applications=(an_application(state=ApplicationState.SUBMITTED),))
    assert (submitted.who, submitted.day, submitted.by) == (Who.OFFICE, date(2019, 9, 15), None)
    at_the_instant = the_task(DEADLINE - NOW, applications=(an_application(),))
    assert (at_the_instant.kind, at_the_instant.by) == (TaskKind.COMPLETE_APPLICATION, DEADLINE)


def test_an_invitation_is_a_task_until_the_deadline() -> None:
    asked = InvitationWork(
        application_id=new_id(), partner_id=new_id(), acronym="CIRCTEX", coordinator="Norte", role=PartnerRole.PARTNER, call="C",
        deadline=DEADLINE, zone="Europe/Brussels",
    )  # fmt: skip
    task = the_task(invitations=(asked,))
    assert (task.kind, task.group, task.who, task.by) == (TaskKind.ANSWER_INVITATION, Group.TO_DO, Who.YOU, DEADLINE)
    assert tasks_of(Work(invitations=(asked,)), DEADLINE + timedelta(microseconds=1)) == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"state": CallState.DRAFT}, (TaskKind.PUBLISH_CALL, Group.TO_DO, Who.YOU)),
        ({"opens_at": NOW + timedelta(days=1)}, (TaskKind.CALL_FORTHCOMING, Group.UNDER_WAY, Who.PLATFORM)),
        ({}, (TaskKind.CALL_OPEN, Group.UNDER_WAY, Who.APPLICANTS)),
        ({"deadline": NOW - timedelta(minutes=1)}, (TaskKind.CALL_CLOSING, Group.UNDER_WAY, Who.PLATFORM)),
        ({"state": CallState.CLOSED}, (TaskKind.CALL_CLOSED, Group.OVER, Who.OFFICE)),
        ({"state": CallState.WITHDRAWN}, (TaskKind.CALL_CLOSED, Group.OVER, Who.OFFICE)),
    ],
)
def test_a_call_tells_who_acts(given: dict[str, Any], expected: tuple[TaskKind, Group, Who]) -> None:
    task = the_task(calls=(a_call(**given),))
    assert (task.kind, task.group, task.who) == expected


def test_a_version_that_waits_is_to_be_published_while_the_call_is_open() -> None:
    kinds = [task.kind for task in tasks_of(Work(calls=(a_call(waiting="1.1"),)), NOW)]
    assert kinds == [TaskKind.PUBLISH_CORRECTION, TaskKind.CALL_OPEN]
    over = a_call(waiting="1.1", state=CallState.CLOSED)
    assert [task.kind for task in tasks_of(Work(calls=(over,)), NOW)] == [TaskKind.CALL_CLOSED]


applications = st.lists(
    st.builds(
        an_application,
        state=st.sampled_from(list(ApplicationState)),
        call_state=st.sampled_from([CallState.PUBLISHED, CallState.CLOSED, CallState.WITHDRAWN]),
        coordinates=st.booleans(),
        edits=st.booleans(),
        deadline=st.timedeltas(timedelta(days=-5), timedelta(days=5)).map(lambda shift: NOW + shift),
        complete=st.integers(0, 7),
        part_done=st.booleans(),
    ),
    max_size=8,
)


@given(applications)
def test_every_application_is_one_task_and_the_groups_stand_in_order(found: list[ApplicationWork]) -> None:
    tasks = tasks_of(Work(applications=tuple(found)), NOW)
    assert len(tasks) == len(found)
    groups = [list(Group).index(task.group) for task in tasks]
    assert groups == sorted(groups)
    to_do = [task.by for task in tasks if task.group is Group.TO_DO and task.by]
    assert to_do == sorted(to_do)
    assert all(task.who is Who.YOU for task in tasks if task.group is Group.TO_DO)
    assert all(task.figures["complete"] <= task.figures["sections"] for task in tasks)  # type: ignore[operator]


@given(applications)
def test_the_next_deadline_is_the_soonest_that_still_binds(found: list[ApplicationWork]) -> None:
    tasks = tasks_of(Work(applications=tuple(found)), NOW)
    binding = [task.by for task in tasks if task.group is not Group.OVER and task.by is not None and task.by >= NOW]
    coming = next_deadline(tasks, NOW)
    assert (coming.by if coming else None) == min(binding, default=None)


def test_a_newcomer_has_nothing_and_staff_are_no_newcomers() -> None:
    assert Work().is_newcomer
    assert Work(speaks_for_organisation=True).is_newcomer
    assert not Work(has_office=True).is_newcomer
    assert not Work(applications=(an_application(),)).is_newcomer


def test_a_question_binds_until_it_is_due_and_a_declaration_waits() -> None:
    question = QuestionWork(
        application_id=new_id(), acronym="CIRCTEX", call="C", number=1, due_at=DEADLINE, zone="Europe/Brussels"
    )
    missing = DeclarationWork(application_id=question.application_id, acronym="CIRCTEX", call="C", partners=2)
    work = Work(questions=(question,), declarations=(missing,))
    asked, declares = tasks_of(work, DEADLINE)
    assert (asked.kind, asked.group, asked.who, asked.by) == (
        TaskKind.ANSWER_CLARIFICATION,
        Group.TO_DO,
        Who.YOU,
        DEADLINE,
    )
    assert (declares.kind, declares.who, declares.figures["partners"]) == (TaskKind.DECLARE_HONOUR, Who.YOU, 2)
    assert next_deadline((asked, declares), NOW) == asked
    assert [one.kind for one in tasks_of(work, DEADLINE + timedelta(microseconds=1))] == [TaskKind.DECLARE_HONOUR]
    assert not work.is_newcomer


def test_the_office_of_a_closed_call_proposes_confirms_and_settles() -> None:
    waiting = {"propose": 3, "confirm": 2, "settle": 1}
    closed = tasks_of(Work(calls=(a_call(state=CallState.CLOSED, **waiting),)), NOW)
    assert [(one.kind, one.who) for one in closed if one.group is Group.TO_DO] == [
        (TaskKind.SETTLE_ANSWERS, Who.YOU),
        (TaskKind.PROPOSE_CHECKS, Who.YOU),
        (TaskKind.CONFIRM_CHECKS, Who.YOU),
    ]
    open_call = tasks_of(Work(calls=(a_call(**waiting),)), NOW)
    assert [one.kind for one in open_call] == [TaskKind.CALL_OPEN]


def test_a_day_binds_until_its_end_and_what_is_late_stands_first() -> None:
    def due(kind: TaskKind, day: date) -> Task:
        return Task(kind=kind, group=Group.TO_DO, who=Who.YOU, name=kind.value, place="/", day=day)

    today = NOW.date()
    late = due(TaskKind.LATE_PERIODIC_REPORT, today - timedelta(days=26))
    soon = due(TaskKind.WRITE_PERIODIC_REPORT, today)
    planned = due(TaskKind.UNDER_EVALUATION, today)
    project = Task(
        kind=TaskKind.GRANT_UNDER_WAY,
        group=Group.UNDER_WAY,
        who=Who.COORDINATOR,
        name="a",
        place="/",
        by=NOW + timedelta(hours=1),
    )
    assert tasks_of(Work(), NOW, (planned, soon, late)) == (late, soon, planned)
    assert soon.until == instant_in_zone(today, 23, 59, 59, "Europe/Brussels")
    assert planned.until is None
    assert next_deadline((project, planned, soon, late), NOW) == soon
    assert next_deadline((project, planned, late), NOW) is None

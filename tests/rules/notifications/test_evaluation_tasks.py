"""What the evaluation asks of experts and of the office becomes tasks: each with its count, and none without work."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.infra.ids import new_id
from app.notifications.rules.evaluation_tasks import ExpertWork, RoundWork, expert_tasks, round_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Who, Work, tasks_of
from tests.conftest import NOW

COUNTS = st.integers(0, 5)
CALL = new_id()


@given(st.booleans(), COUNTS, COUNTS)
def test_an_expert_is_asked_for_what_waits_and_nothing_else(registered: bool, to_declare: int, reports: int) -> None:  # noqa: FBT001  # a drawn value
    due = NOW + timedelta(days=3)
    work = ExpertWork(
        call_id=CALL, call="C-1", title="A call", registered=registered,
        to_declare=to_declare, declare_by=due, reports=reports, reports_by=due,
    )  # fmt: skip
    tasks = {task.kind: task for task in expert_tasks(work)}
    assert (TaskKind.REGISTER_EXPERT in tasks) == (not registered)
    assert (TaskKind.DECLARE_CONFLICTS in tasks) == (to_declare > 0)
    assert (TaskKind.WRITE_REPORTS in tasks) == (reports > 0)
    assert all((task.group, task.who) == (Group.TO_DO, Who.YOU) for task in tasks.values())
    if reports:
        assert (tasks[TaskKind.WRITE_REPORTS].figures["count"], tasks[TaskKind.WRITE_REPORTS].by) == (reports, due)


@given(st.booleans(), COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_office_starts_it_then_keeps_it_going(
    started: bool,  # noqa: FBT001  # a drawn value
    submitted: int,
    checking: int,
    lacking: int,
    to_decide: int,
    late: int,
) -> None:
    work = RoundWork(
        call_id=CALL, call="C-1", title="A call", started=started,
        submitted=submitted, checking=checking, lacking=lacking, to_decide=to_decide, late=late,
    )  # fmt: skip
    kinds = {task.kind for task in round_tasks(work)}
    if not started:
        assert kinds == ({TaskKind.START_EVALUATION} if submitted and not checking else set())
        return
    wanted = {
        TaskKind.ASSIGN_EXPERTS: lacking,
        TaskKind.DECIDE_CONFLICTS: to_decide,
        TaskKind.LATE_REPORTS: late,
    }
    assert kinds == {kind for kind, count in wanted.items() if count}


def test_they_stand_among_the_others_and_make_nobody_a_newcomer() -> None:
    work = ExpertWork(call_id=CALL, call="C-1", title="A call", reports=2, reports_by=NOW + timedelta(days=1))
    mine = Work(evaluation=tuple(expert_tasks(work)), judges=True)
    assert [task.kind for task in tasks_of(mine, NOW)] == [TaskKind.WRITE_REPORTS]
    assert not mine.is_newcomer

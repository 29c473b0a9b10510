"""What a consensus asks of an expert: one task, only when it is the expert's turn."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.lifecycle import ConsensusState
from app.infra.ids import new_id
from app.notifications.rules.consensus_tasks import ConsensusWork, consensus_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Who, Work, tasks_of
from tests.conftest import NOW


def work(**given_: Any) -> ConsensusWork:
    values: dict[str, Any] = {
        "application_id": new_id(),
        "acronym": "TEXNET",
        "reference": "CALL/0001",
        "call": "CALL",
        "state": ConsensusState.DRAFT,
        "rapporteur": False,
        "answered": False,
        "silent": 2,
    }
    return ConsensusWork(**(values | given_))


def kinds(*found: ConsensusWork) -> list[TaskKind]:
    return [task.kind for task in consensus_tasks(found)]


def test_the_rapporteur_drafts_then_everybody_answers_then_it_is_concluded() -> None:
    proposed = ConsensusState.PROPOSED
    assert kinds(work(rapporteur=True)) == [TaskKind.DRAFT_CONSENSUS]
    assert kinds(work()) == []
    assert kinds(work(state=proposed)) == [TaskKind.AGREE_OR_DISSENT]
    assert kinds(work(state=proposed, answered=True, rapporteur=True)) == []
    assert kinds(work(state=proposed, answered=True, rapporteur=True, silent=0)) == [TaskKind.CONCLUDE_CONSENSUS]
    assert kinds(work(state=ConsensusState.CONCLUDED, rapporteur=True)) == []


works = st.builds(
    work,
    state=st.sampled_from(ConsensusState),
    rapporteur=st.booleans(),
    answered=st.booleans(),
    silent=st.integers(0, 5),
)


@given(st.lists(works, max_size=8))
def test_there_is_at_most_one_task_for_an_application_and_it_is_the_experts_own(found: list[ConsensusWork]) -> None:
    tasks = tasks_of(Work(), NOW, more=consensus_tasks(found))
    assert len({task.place for task in tasks}) == len(tasks) <= len(found)
    assert all((task.group, task.who) == (Group.TO_DO, Who.YOU) for task in tasks)

"""Tasks of a panel: each for who acts next, none twice, none when it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.evaluation.rules.lifecycle import RoundState
from app.infra.ids import new_id
from app.notifications.rules.panel_tasks import PanelWork, panel_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Who

ROUND = PanelWork(call_id=new_id(), call="C-1", title="A call", state=RoundState.PANEL, runs=True, judged=3, needed=2)


@pytest.mark.parametrize(
    ("work", "kinds"),
    [
        (replace(ROUND, state=RoundState.EXPERTS_AT_WORK, concluded=2), []),
        (replace(ROUND, state=RoundState.EXPERTS_AT_WORK, concluded=3), [TaskKind.OPEN_PANEL]),
        (replace(ROUND, state=RoundState.EXPERTS_AT_WORK, judged=0), []),
        (ROUND, [TaskKind.PROPOSE_RANKING]),
        (replace(ROUND, proposed=1, approvals=1), [TaskKind.VOTE_UNDER_WAY]),
        (replace(ROUND, proposed=1, approvals=2), [TaskKind.ADOPT_RANKING]),
        (replace(ROUND, runs=False, votes=True), []),
        (replace(ROUND, runs=False, votes=True, proposed=1), [TaskKind.VOTE_ON_RANKING]),
        (replace(ROUND, runs=False, votes=True, voted=True, proposed=1), []),
        (replace(ROUND, votes=True, proposed=1), [TaskKind.VOTE_ON_RANKING, TaskKind.VOTE_UNDER_WAY]),
        (replace(ROUND, state=RoundState.ADOPTED, proposed=1, votes=True), []),
    ],
)
def test_what_a_panel_asks_now(work: PanelWork, kinds: list[TaskKind]) -> None:
    assert [task.kind for task in panel_tasks([work])] == kinds


def test_the_committee_acts_while_the_vote_is_under_way() -> None:
    [task] = panel_tasks([replace(ROUND, proposed=1)])
    assert (task.group, task.who) == (Group.UNDER_WAY, Who.COMMITTEE)

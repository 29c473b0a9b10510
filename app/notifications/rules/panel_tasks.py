"""What a panel asks of its office and of the members of its committee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from app.evaluation.rules.lifecycle import RoundState
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelWork:
    """A round that the person conducts (``runs``), or in whose committee they vote (``votes``).

    ``proposed`` is the number of the ranking that is voted on, 0 where none is.
    """

    call_id: UUID
    call: str
    title: str
    state: RoundState
    runs: bool = False
    votes: bool = False
    voted: bool = False
    judged: int = 0
    concluded: int = 0
    proposed: int = 0
    approvals: int = 0
    needed: int = 0


def panel_tasks(panels: Iterable[PanelWork]) -> Iterator[Task]:
    """One task for each part of the person in each panel; nothing once the ranking is adopted."""
    for one in panels:
        if one.state is RoundState.PANEL and one.proposed and one.votes and not one.voted:
            yield _task(one, TaskKind.VOTE_ON_RANKING, f"/panel/{one.call_id}/vote")
        if one.runs and (kind := _of_office(one)) is not None:
            under_way = kind is TaskKind.VOTE_UNDER_WAY
            yield _task(one, kind, f"/officer/calls/{one.call_id}/panel", waits=under_way)


def _of_office(one: PanelWork) -> TaskKind | None:
    if one.state is RoundState.EXPERTS_AT_WORK:
        return TaskKind.OPEN_PANEL if one.judged and one.judged == one.concluded else None
    if one.state is not RoundState.PANEL:
        return None
    if not one.proposed:
        return TaskKind.PROPOSE_RANKING
    return TaskKind.ADOPT_RANKING if one.approvals >= one.needed else TaskKind.VOTE_UNDER_WAY


def _task(one: PanelWork, kind: TaskKind, place: str, *, waits: bool = False) -> Task:
    return Task(
        kind=kind,
        group=Group.UNDER_WAY if waits else Group.TO_DO,
        who=Who.COMMITTEE if waits else Who.YOU,
        name=one.title,
        place=place,
        call=one.call,
        figures={"number": one.proposed, "approvals": one.approvals, "needed": one.needed, "judged": one.judged},
    )

"""What the consensus on an application asks of one of its experts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from app.evaluation.rules.lifecycle import ConsensusState
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusWork:
    """A consensus under way in whose group the person is; ``silent`` counts who has not answered the report."""

    application_id: UUID
    acronym: str
    reference: str
    call: str
    state: ConsensusState
    rapporteur: bool
    answered: bool
    silent: int


def consensus_tasks(work: Iterable[ConsensusWork]) -> Iterator[Task]:
    """Draft, answer, or conclude: at most one task for each application; none while others act."""
    for one in work:
        kind = _asked(one)
        if kind is not None:
            yield Task(
                kind=kind,
                group=Group.TO_DO,
                who=Who.YOU,
                name=one.acronym,
                place=f"/evaluation/applications/{one.application_id}/consensus",
                call=one.call,
                figures={"reference": one.reference},
            )


def _asked(one: ConsensusWork) -> TaskKind | None:
    if one.state is ConsensusState.DRAFT:
        return TaskKind.DRAFT_CONSENSUS if one.rapporteur else None
    if one.state is not ConsensusState.PROPOSED:
        return None
    if not one.answered:
        return TaskKind.AGREE_OR_DISSENT
    return TaskKind.CONCLUDE_CONSENSUS if one.rapporteur and not one.silent else None

"""What the evaluation asks of experts and of the office, as lines of the start page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.periods import BRUSSELS
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertWork:
    """What one call asks of an expert; the instants are those of the first report that is due, None without one."""

    call_id: UUID
    call: str
    title: str
    registered: bool = True
    to_declare: int = 0
    declare_by: datetime | None = None
    reports: int = 0
    reports_by: datetime | None = None
    zone: str = BRUSSELS


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundWork:
    """What the evaluation of a closed call asks of who conducts it; counts are of applications, late ones of reports."""

    call_id: UUID
    call: str
    title: str
    started: bool
    submitted: int = 0
    checking: int = 0
    """Applications that are still being checked: before they are done the evaluation does not start."""
    lacking: int = 0
    to_decide: int = 0
    late: int = 0


def expert_tasks(work: ExpertWork) -> Iterator[Task]:
    """Register, declare, report: in this order, each only where something waits."""
    if not work.registered:
        yield _expert_task(work, TaskKind.REGISTER_EXPERT, f"/evaluation/calls/{work.call_id}/register")
    if work.to_declare:
        yield _expert_task(work, TaskKind.DECLARE_CONFLICTS, "/evaluation", work.to_declare, work.declare_by)
    if work.reports:
        yield _expert_task(work, TaskKind.WRITE_REPORTS, "/evaluation", work.reports, work.reports_by)


def _expert_task(work: ExpertWork, kind: TaskKind, place: str, count: int = 0, by: datetime | None = None) -> Task:
    return Task(
        kind=kind,
        group=Group.TO_DO,
        who=Who.YOU,
        name=work.title,
        place=place,
        call=work.call,
        by=by,
        zone=work.zone,
        figures={"count": count},
    )


def round_tasks(work: RoundWork) -> Iterator[Task]:
    """Start the evaluation; then everything without which it stands still."""
    base = f"/officer/calls/{work.call_id}"
    if not work.started:
        if work.submitted and not work.checking:
            yield _round_task(work, TaskKind.START_EVALUATION, f"{base}/evaluation/start", work.submitted)
        return
    for kind, count, place in (
        (TaskKind.ASSIGN_EXPERTS, work.lacking, f"{base}/assignments?needs=experts"),
        (TaskKind.DECIDE_CONFLICTS, work.to_decide, f"{base}/assignments?needs=decision"),
        (TaskKind.LATE_REPORTS, work.late, f"{base}/evaluation?needs=late"),
    ):
        if count:
            yield _round_task(work, kind, place, count)


def _round_task(work: RoundWork, kind: TaskKind, place: str, count: int) -> Task:
    return Task(
        kind=kind,
        group=Group.TO_DO,
        who=Who.YOU,
        name=work.title,
        place=place,
        call=work.call,
        figures={"count": count},
    )

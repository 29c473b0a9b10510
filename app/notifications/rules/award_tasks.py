"""What award decisions ask: of who prepares, signs and sends them, and of the consortium that reads one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.core.periods import in_time
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import Group, Task, Who
from app.notifications.rules.work import Work


def award_tasks(work: Work, now: datetime) -> Iterator[Task]:
    """Tasks about the decisions in ``work``."""
    yield from _outcomes(work, now)
    yield from _decisions(work)


def _outcomes(work: Work, now: datetime) -> Iterator[Task]:
    """The decision is to be read while it can be contested; then it is final."""
    for one in work.outcomes:
        open_still = in_time(now, one.until)
        yield Task(
            kind=TaskKind.READ_OUTCOME if open_still else TaskKind.OUTCOME_FINAL,
            group=Group.TO_DO if open_still else Group.OVER,
            who=Who.YOU if open_still else Who.NOBODY,
            name=one.acronym,
            place=f"application/{one.application_id}/outcome",
            call=one.call,
            by=one.until,
        )


def _decisions(work: Work) -> Iterator[Task]:
    for one in work.decisions:
        base = f"/officer/calls/{one.call_id}"
        waiting = (
            (TaskKind.PREPARE_AWARDS, int(one.prepare), "/awards"),
            (TaskKind.SIGN_AWARDS, one.sign, "/awards/sign"),
            (TaskKind.PREVIEW_LETTERS, one.unseen, "/letters"),
            (TaskKind.SEND_LETTERS, one.send, "/letters"),
        )
        for kind, count, page in waiting:
            if count:
                yield Task(
                    kind=kind,
                    group=Group.TO_DO,
                    who=Who.YOU,
                    name=one.title,
                    place=f"{base}{page}",
                    call=one.call,
                    figures={"count": count},
                )

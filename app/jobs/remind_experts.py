"""Remind experts that their reports are due."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.infra.queue import Task
from app.jobs.deliver_events import links_of
from app.notifications.use_cases.remind_experts import experts_to_remind, remind_experts

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Looked at every ten minutes."""
    return (Task("remind_experts", partial(remind_of_reports, runtime), cron="*/10 * * * * 0", attempts=1),)


def remind_of_reports(runtime: Runtime) -> int:
    """Post the reminders that are due; how many. One that fails does not keep the others back."""
    with runtime.database.reading() as session:
        due = experts_to_remind(session, now=runtime.clock.now())
    return sum(_reminded(runtime, person_id) for person_id in due)


def _reminded(runtime: Runtime, person_id: UUID) -> int:
    try:
        with runtime.database.transaction() as session:
            return remind_experts(session, person_id, links=links_of(runtime), now=runtime.clock.now())
    except Exception as error:
        log.exception("reminder.not_posted", person=str(person_id), exc_info=error)
        return 0

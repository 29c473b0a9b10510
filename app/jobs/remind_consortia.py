"""Remind consortia of reports that they owe."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.infra.queue import Task
from app.jobs.deliver_events import links_of
from app.notifications.use_cases.remind_of_reports import grants_to_remind, remind_of_reports

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Looked at every hour."""
    return (Task("remind_consortia", partial(remind_consortia, runtime), cron="11 * * * * 0", attempts=1),)


def remind_consortia(runtime: Runtime) -> int:
    """Post the reminders that are due; how many. One that fails does not keep the others back."""
    with runtime.database.reading() as session:
        due = grants_to_remind(session, now=runtime.clock.now())
    return sum(_reminded(runtime, grant_id) for grant_id in due)


def _reminded(runtime: Runtime, grant_id: UUID) -> int:
    try:
        with runtime.database.transaction() as session:
            return remind_of_reports(session, grant_id, links=links_of(runtime), now=runtime.clock.now())
    except Exception as error:
        log.exception("reminder.not_posted", grant=str(grant_id), exc_info=error)
        return 0

"""Let questions to consortia lapse whose time is over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.applications.queries.clarifications import overdue_questions
from app.applications.use_cases.lapse_clarification import lapse_clarification
from app.core.actor import SYSTEM
from app.infra.queue import Task

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Looked at every minute; the rules treat a question that is past due as lapsed in between."""
    return (Task("lapse_clarifications", partial(lapse_clarifications, runtime), cron="* * * * * 0", attempts=1),)


def lapse_clarifications(runtime: Runtime) -> int:
    """Mark what is over; how many. One that fails does not keep the others open."""
    with runtime.database.reading() as session:
        over = overdue_questions(session, now=runtime.clock.now())
    return sum(_lapsed(runtime, application_id, asked) for application_id, asked in over)


def _lapsed(runtime: Runtime, application_id: UUID, clarification_id: UUID) -> bool:
    try:
        with runtime.database.transaction() as session:
            return lapse_clarification(session, SYSTEM, application_id, clarification_id, now=runtime.clock.now())
    except Exception as error:
        log.exception("clarification.not_lapsed", clarification=str(clarification_id), exc_info=error)
        return False

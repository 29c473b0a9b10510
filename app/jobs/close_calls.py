"""Close calls whose last deadline and grace have passed; drafts whose stage is over become "not submitted in time"."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.applications.queries import drafts_of_ended_stages
from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.queries import calls_to_close, locked_call
from app.calls.rules.phases import CLOSING_GRACE
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM
from app.core.errors import DomainError
from app.delivery.unit_of_work import MAX_REQUEST_AGE
from app.infra.queue import Task

if TYPE_CHECKING:
    from uuid import UUID

    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)

assert CLOSING_GRACE > MAX_REQUEST_AGE  # noqa: S101  # no request in time may be cut off


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Looked at every 15 seconds."""
    return (Task("close_calls", partial(close_calls, runtime), cron="* * * * * */15", attempts=1),)


def close_calls(runtime: Runtime) -> int:
    """Close what is over; how many calls were closed. One that fails does not keep the others open."""
    with runtime.database.reading() as session:
        now = runtime.clock.now()
        over, ended = calls_to_close(session, now=now), drafts_of_ended_stages(session, now=now)
    for call_id, stages in ended.items():
        _ended(runtime, call_id, stages)
    return sum(_closed(runtime, call_id) for call_id in over)


def _ended(runtime: Runtime, call_id: UUID, stages: frozenset[str]) -> None:
    """Drafts of the stages that are over, in a call that goes on."""
    try:
        with runtime.database.transaction() as session:
            locked_call(session, call_id)
            missed = miss_deadline(session, SYSTEM, call_id, now=runtime.clock.now(), stages=stages)
    except Exception as error:
        log.exception("call.stage_not_ended", call=str(call_id), exc_info=error)
        return
    log.info("call.stage_ended", call=str(call_id), stages=sorted(stages), not_submitted=missed)


def _closed(runtime: Runtime, call_id: UUID) -> bool:
    try:
        with runtime.database.transaction() as session:
            now = runtime.clock.now()
            close_call(session, SYSTEM, call_id, now=now)
            missed = miss_deadline(session, SYSTEM, call_id, now=now)
    except DomainError as refused:  # another worker closed it, or a corrigendum moved the deadline in between
        log.info("call.not_closed", call=str(call_id), reason=refused.message)
        return False
    except Exception as error:
        log.exception("call.not_closed", call=str(call_id), exc_info=error)
        return False
    log.info("call.closed", call=str(call_id), not_submitted=missed)
    return True

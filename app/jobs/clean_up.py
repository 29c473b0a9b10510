"""Clean up: what nobody needs any more leaves the database."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from app.accounts.models import ApiToken, SignInSession
from app.data_protection.rules.due import counted_before
from app.data_protection.rules.retention import RecordKind
from app.delivery.models import AnsweredRequest
from app.infra.queue import Task
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState

if TYPE_CHECKING:
    from datetime import datetime

    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)

JOBS_KEPT = timedelta(days=7)
"""How long an administrator can look at a job that is over."""

_JOBS = sa.text(
    """
    delete from procrastinate_jobs job
    where job.status in ('succeeded', 'failed', 'cancelled', 'aborted')
      and not exists (select from procrastinate_events event where event.job_id = job.id and event.at >= :before)
    """
)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Once an hour."""
    return (Task("clean_up", partial(clean_up, runtime), cron="17 * * * * 0", attempts=1),)


def clean_up(runtime: Runtime) -> dict[str, int]:
    """Delete what is over, each kind in a transaction of its own; how many rows of each. A kind that fails is 0."""
    now = runtime.clock.now()
    return {name: _deleted(runtime, name, statement) for name, statement in _statements(runtime, now).items()}


def _statements(runtime: Runtime, now: datetime) -> dict[str, sa.Executable]:
    idle = timedelta(minutes=runtime.settings.idle_minutes)
    over = (SignInSession.ends_at <= now) | (SignInSession.last_seen_at <= now - idle)
    ended = sa.func.least(ApiToken.expires_at, ApiToken.revoked_at)
    return {
        "sessions": sa.delete(SignInSession).where(over),
        "answers": sa.delete(AnsweredRequest).where(
            AnsweredRequest.answered_at < counted_before(RecordKind.ANSWER, now)
        ),
        "tokens": sa.delete(ApiToken).where(ended < counted_before(RecordKind.API_TOKEN, now)),
        "messages": sa.delete(Message).where(
            Message.state.in_((MessageState.SENT, MessageState.FAILED)),
            Message.created_at < counted_before(RecordKind.MESSAGE, now),
        ),
        "jobs": _JOBS.bindparams(before=runtime.clock.real(now) - JOBS_KEPT),
    }


def _deleted(runtime: Runtime, name: str, statement: sa.Executable) -> int:
    try:
        with runtime.database.transaction() as session:
            rows: int = session.execute(statement).rowcount  # type: ignore[attr-defined]  # a DELETE counts its rows
    except sa.exc.SQLAlchemyError as error:
        log.exception("clean_up.failed", kind=name, exc_info=error)
        return 0
    return rows

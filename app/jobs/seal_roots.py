"""Seal the root of the log once a day, after midnight UTC of the platform's clock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from app.audit.use_cases.seal_root import seal_root
from app.infra.queue import Task
from app.infra.sealing import AuthorityUnusableError, load_authority

if TYPE_CHECKING:
    from datetime import date

    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Looked at three times an hour: the first look after midnight seals, the others find it done."""
    return (Task("seal_roots", partial(seal_roots, runtime), cron="4,24,44 * * * * 0", attempts=1),)


def seal_roots(runtime: Runtime) -> date | None:
    """The day that was sealed now, if any. Without a usable seal the log of the operator says so, at every look."""
    try:
        authority = load_authority(runtime.seal_dir)
        with runtime.database.transaction() as session:
            day = seal_root(session, authority, now=runtime.clock.now())
    except AuthorityUnusableError as error:
        log.error("root.not_sealed", reason=str(error))  # noqa: TRY400  # the reason says it all
        return None
    except sa.exc.IntegrityError:  # another worker was first
        return None
    if day is not None:
        log.info("root.sealed", day=day.isoformat())
    return day

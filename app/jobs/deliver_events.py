"""Deliver an event: what was recorded becomes mail; an agreement in force opens its periods, a payment gets its letter."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from app.audit.use_cases.record_event import DELIVER_TASK
from app.infra.queue import Task
from app.jobs.open_reporting import open_reporting
from app.jobs.write_letters import write_letters
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """One job per event, enqueued with it."""
    return (Task(DELIVER_TASK, partial(deliver_event, runtime)),)


def deliver_event(runtime: Runtime, *, event_id: str) -> None:
    """Post the letters of one event; doing it again posts nothing twice."""
    with runtime.database.transaction() as session:
        open_reporting(session, UUID(event_id), now=runtime.clock.now())
        write_letters(session, UUID(event_id), now=runtime.clock.now())
        notify_of_event(session, UUID(event_id), links=links_of(runtime), now=runtime.clock.now())


def links_of(runtime: Runtime) -> Links:
    """What addresses in mails are made with."""
    return Links(runtime.settings.base_url, runtime.signer)

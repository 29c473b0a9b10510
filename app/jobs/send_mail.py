"""Send messages: each one as soon as it is posted, and every 15 seconds whatever is due."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from app.infra.mail import send_mail
from app.infra.queue import Task
from app.notifications.queries import waiting_messages
from app.notifications.rules.retries import LEASE
from app.notifications.use_cases.post_message import SEND_TASK
from app.notifications.use_cases.send_message import claim_message, note_refused, note_sent

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

log = structlog.get_logger(__name__)


def tasks(runtime: Runtime) -> tuple[Task, ...]:
    """One job per message, and the round that picks up what was refused, left over or never tried."""
    return (
        Task(SEND_TASK, partial(send_message, runtime)),
        Task("send_due_messages", partial(send_due_messages, runtime), cron="* * * * * */15", attempts=1),
    )


def send_message(runtime: Runtime, *, message_id: str) -> bool:
    """Send one message unless it is sent or in another's hand; whether it was sent now.

    No transaction is open while the mail server is spoken to. Without a mail server it stays queued.
    """
    if not runtime.settings.smtp_host:
        return False
    with runtime.database.transaction() as session:
        claim = claim_message(session, UUID(message_id), now=runtime.clock.now())
    if claim is None:
        return False
    try:
        send_mail(runtime.settings, claim.mail)
    except Exception as error:  # noqa: BLE001  # whatever went wrong is noted; the message is tried again or given up
        log.warning("mail.refused", message=message_id, attempt=claim.attempt, reason=repr(error))
        with runtime.database.transaction() as session:
            note_refused(session, claim, error, now=runtime.clock.now())
        return False
    with runtime.database.transaction() as session:
        note_sent(session, claim, now=runtime.clock.now())
    return True


def send_due_messages(runtime: Runtime) -> int:
    """Send what is due, urgent messages first; how many were sent."""
    if not runtime.settings.smtp_host:
        return 0
    now = runtime.clock.now()
    with runtime.database.reading() as session:
        waiting = waiting_messages(session, now=now, dead_since=now - LEASE)
    return sum(send_message(runtime, message_id=str(message_id)) for message_id in waiting)

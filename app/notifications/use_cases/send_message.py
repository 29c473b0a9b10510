"""Send a message: claim it in one transaction, send it in none, note the outcome in another.

A sender that dies in between leaves the message claimed; after the lease it is claimed again
and travels under the same Message-ID, so that the reader's mailbox keeps it once.
"""

from __future__ import annotations

import smtplib
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.infra.mail import Mail
from app.notifications.models import Message
from app.notifications.queries import message_for_change, waiting_message
from app.notifications.rules.lifecycle import MESSAGE, MessageEvent, MessageState
from app.notifications.rules.retries import LEASE, next_attempt
from app.notifications.schemas import Claim

_REFUSED_FOR_GOOD = 500


def claim_message(session: Session, message_id: UUID, *, now: datetime) -> Claim | None:
    """Take the message in hand; None where it is sent, given up, not due, or in another's hand."""
    message = waiting_message(session, message_id, now=now, dead_since=now - LEASE)
    if message is None:
        return None
    message.state = MESSAGE.after(message.state, MessageEvent.CLAIM)
    message.claimed_at, message.attempts = now, message.attempts + 1
    session.flush()
    mail = Mail(
        to=message.address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        key=str(message.id),
        sent_at=message.created_at,
    )
    return Claim(message.id, message.attempts, mail)


def note_sent(session: Session, claim: Claim, *, now: datetime) -> None:
    """The mail server took it. A secret link is not kept any longer."""
    message = _held(session, claim)
    if message is None:
        return
    message.state = MESSAGE.after(message.state, MessageEvent.DELIVER)
    message.sent_at, message.failure = now, ""
    if message.secret:
        message.text = message.html = ""
    session.flush()


def note_refused(session: Session, claim: Claim, error: Exception, *, now: datetime) -> None:
    """The mail server did not take it: try again later, or give up where that is pointless."""
    message = _held(session, claim)
    if message is None:
        return
    again = None if _for_good(error) else next_attempt(claim.attempt, now=now)
    message.state = MESSAGE.after(message.state, MessageEvent.GIVE_UP if again is None else MessageEvent.DEFER)
    message.due_at = again or message.due_at
    message.failure = f"{type(error).__name__}: {error}"[:500]
    session.flush()


def _held(session: Session, claim: Claim) -> Message | None:
    """The message while this claim is the last one: who was taken for dead changes nothing any more."""
    message = message_for_change(session, claim.message_id)
    if message is None or message.state != MessageState.SENDING or message.attempts != claim.attempt:
        return None
    return message


def _for_good(error: Exception) -> bool:
    """Whether the same message would be refused again: the address or the message is wrong, not the server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _REFUSED_FOR_GOOD for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= _REFUSED_FOR_GOOD
    return isinstance(error, smtplib.SMTPNotSupportedError | ValueError)

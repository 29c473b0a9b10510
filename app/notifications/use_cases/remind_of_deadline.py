"""Remind of the deadline: each contact of a draft, once per reminder and deadline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.periods import left_until
from app.notifications.queries import DraftNearDeadline, drafts_near_deadline, known_keys
from app.notifications.rules.recipients import REMINDER
from app.notifications.rules.reminders import reminder_due
from app.notifications.schemas import Links, NewMessage
from app.notifications.use_cases.notify_of_event import address_of
from app.notifications.use_cases.post_message import post_message
from app.notifications.use_cases.write_letter import write_letter


def drafts_to_remind(session: Session, *, now: datetime) -> Sequence[UUID]:
    """Applications of which somebody is still to be reminded."""
    due = _due(drafts_near_deadline(session, now=now), now)
    known = known_keys(session, due)
    return list(dict.fromkeys(near.application.id for key, near in due.items() if key not in known))


def remind_of_deadline(session: Session, application_id: UUID, *, links: Links, now: datetime) -> int:
    """Post the reminders that are due for one application; return how many are new.

    A deadline that a corrigendum moved is another deadline, with reminders of its own.
    """
    due = _due(drafts_near_deadline(session, now=now, application_id=application_id), now)
    known = known_keys(session, due)
    posted = 0
    for key, near in due.items():
        if key in known:
            continue
        words = write_letter(
            REMINDER.template,
            near.contact,
            link=address_of(REMINDER, links, application=near.application.id),
            call=near.call,
            application=near.application,
            left=_units(left_until(near.call.deadline, now)),
        )
        message = NewMessage(key=key, letter=REMINDER, addressee=near.contact, wording=words)
        posted += post_message(session, message, now=now)
    return posted


def _due(drafts: Sequence[DraftNearDeadline], now: datetime) -> dict[str, DraftNearDeadline]:
    """Drafts with a reminder whose turn it is, by the key of the message."""
    found = {}
    for near in drafts:
        before = reminder_due(near.call.deadline, near.started_at, now)
        if before is not None:
            hours = before // timedelta(hours=1)
            place = f"{near.application.id}:{near.call.deadline.isoformat()}:{hours}h"
            found[f"deadline:{place}:{near.contact.address.lower()}"] = near
    return found


def _units(left: timedelta) -> tuple[str, int]:
    """What is left in the unit that a person would say, rounded down: days from two days on, then hours."""
    days, hours = left // timedelta(days=1), left // timedelta(hours=1)
    return ("days", days) if days >= 2 else ("hours", hours)  # noqa: PLR2004  # below two days hours say more

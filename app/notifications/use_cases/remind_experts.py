"""Remind experts that their reports are due: each expert once per reminder, call and due date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.notifications.queries import known_keys
from app.notifications.queries.reports_due import ReportsDue, reports_due
from app.notifications.rules.recipients import REPORTS_DUE
from app.notifications.rules.reminders import REPORT_REMINDERS, reminder_due
from app.notifications.schemas import Links, NewMessage
from app.notifications.use_cases.notify_of_event import address_of
from app.notifications.use_cases.post_message import post_message
from app.notifications.use_cases.write_letter import write_letter


def experts_to_remind(session: Session, *, now: datetime) -> Sequence[UUID]:
    """People who are still to be reminded of something."""
    due = _due(reports_due(session, now=now), now)
    known = known_keys(session, due)
    people = [each.expert.person_id for key, each in due.items() if key not in known]
    return list(dict.fromkeys(person for person in people if person is not None))


def remind_experts(session: Session, person_id: UUID, *, links: Links, now: datetime) -> int:
    """Post the reminders that are due for one expert; return how many are new."""
    due = _due(reports_due(session, now=now, person_id=person_id), now)
    known = known_keys(session, due)
    posted = 0
    for key, each in due.items():
        if key in known:
            continue
        words = write_letter(
            REPORTS_DUE.template,
            each.expert,
            link=address_of(REPORTS_DUE, links),
            call=each.call,
            reports=each.reports,
            due_at=each.due_at,
        )
        message = NewMessage(key=key, letter=REPORTS_DUE, addressee=each.expert, wording=words)
        posted += post_message(session, message, now=now)
    return posted


def _due(found: Sequence[ReportsDue], now: datetime) -> dict[str, ReportsDue]:
    """Those with a reminder whose turn it is, by the key of the message."""
    keyed = {}
    for each in found:
        before = reminder_due(each.due_at, each.assigned_at, now, reminders=REPORT_REMINDERS)
        if before is not None:
            place = f"{each.round_id}:{each.due_at.isoformat()}:{before // timedelta(days=1)}d"
            keyed[f"reports:{place}:{each.expert.address.lower()}"] = each
    return keyed

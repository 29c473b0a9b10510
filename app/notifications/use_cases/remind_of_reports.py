"""Remind a consortium of a report that it owes: 60, 30 and 7 days before it is due, and when it is late; once each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.grants.queries.facts import day_of
from app.notifications.queries import known_keys
from app.notifications.queries.periodic_reports_due import PeriodicReportDue, periodic_reports_due, told_of_report
from app.notifications.rules.recipients import PERIODIC_REPORT_DUE, PERIODIC_REPORT_LATE
from app.notifications.rules.reminders import period_reminder
from app.notifications.schemas import Links, NewMessage
from app.notifications.use_cases.notify_of_event import address_of
from app.notifications.use_cases.post_message import post_message
from app.notifications.use_cases.write_letter import write_letter


def grants_to_remind(session: Session, *, now: datetime) -> Sequence[UUID]:
    """Grants with a report of which a reminder has its turn; whether everybody got it, posting sees."""
    today = day_of(now)
    due = [one.grant_id for one in periodic_reports_due(session, today=today) if _turn(one, now) is not None]
    return list(dict.fromkeys(due))


def remind_of_reports(session: Session, grant_id: UUID, *, links: Links, now: datetime) -> int:
    """Post the reminders that are due for one grant; return how many are new."""
    posted = 0
    for due in periodic_reports_due(session, today=day_of(now), grant_id=grant_id):
        turn = _turn(due, now)
        if turn is None:
            continue
        call, people = told_of_report(session, due)
        letter = PERIODIC_REPORT_LATE if turn < 0 else PERIODIC_REPORT_DUE
        place = f"{due.period_id}:{due.due_on.isoformat()}:{turn}d"
        keys = {f"periodic_report:{place}:{one.address.lower()}": one for one in people}
        known = known_keys(session, keys)
        for key, reader in keys.items():
            if key in known:
                continue
            words = write_letter(
                letter.template,
                reader,
                link=address_of(letter, links, subject=due.grant_id, number=due.number),
                call=call,
                application=due.application,
                number=due.number,
                due_on=due.due_on,
                given_back=due.given_back,
            )
            message = NewMessage(key=key, letter=letter, addressee=reader, wording=words)
            posted += post_message(session, message, now=now)
    return posted


def _turn(due: PeriodicReportDue, now: datetime) -> int | None:
    return period_reminder(due.due_on, due.opened_on, day_of(now))

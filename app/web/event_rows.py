"""Rows of the event log as its pages and files show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.accounts.queries import names_of
from app.notifications.queries import references_of
from app.web.event_words import acted_for, event_words, who_words

if TYPE_CHECKING:
    from app.audit.queries import EventRow
    from app.delivery.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with its sentence, who did it, and the call or application it belongs to."""

    event: EventRow
    words: str
    who: str
    about: str
    call: str
    application: str


def logged(work: Work, rows: Sequence[EventRow]) -> list[LoggedEvent]:
    """All rows in the reader's language: one query for people, one for calls and applications."""
    about_people = [row.subject_id for row in rows if row.subject_kind == "person"]
    names = names_of(work.session, [*about_people, *(one for row in rows for one in (row.actor_id, acted_for(row)))])
    known = references_of(work.session, [identity for row in rows for identity in (row.call_id, row.application_id)])
    language, zone = work.known.language, work.known.zone
    found = []
    for row in rows:
        call = known.get(row.call_id, "") if row.call_id else ""
        application = known.get(row.application_id, "") if row.application_id else ""
        about = application or call or names.get(row.subject_id) or row.subject_kind.replace("_", " ")
        who = who_words(row, names, language)
        found.append(LoggedEvent(row, event_words(row, language, zone), who, about, call, application))
    return found

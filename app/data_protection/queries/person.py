"""Everything that is held of one person, and what an erasure would do to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import person_details
from app.audit.queries import EventFilter, EventRow, events_page
from app.core.errors import NotFoundError
from app.core.paging import PageRequest
from app.data_protection.queries.acts import duties_of, signed_acts
from app.data_protection.queries.inventory import INVENTORY
from app.data_protection.rules.erasure import binding_acts
from app.data_protection.schemas import ErasurePlan, HeldRecords

MOST_EVENTS = 100_000
_EVENTS = (
    ("occurred_at", "When"),
    ("kind", "What"),
    ("subject_kind", "About"),
    ("subject_id", "Number"),
    ("hash", "Hash"),
)
_TITLES = {"acts": "Acts in the event log", "events": "Events about the person, in the event log"}
_NO_NAMES = (
    "The event log names people by number only. Personal values in it are erased: their digests say nothing then."
)


def held_of(session: Session, person_id: UUID) -> tuple[HeldRecords, ...]:
    """Every kind of the inventory with the person's rows, also where there are none, and the events by and about them.

    A constant number of queries. Raise NotFound for an unknown person.
    """
    known = person_details(session, person_id)
    if known is None:
        raise NotFoundError("person")
    given = {"person": person_id, "email": known.email}
    found = [
        HeldRecords(
            key=one.key,
            title=one.title,
            columns=tuple((name, words) for name, words, _ in one.columns),
            rows=[tuple(row) for row in session.execute(one.statement, given)],
            goes=one.goes,
            why=one.why,
        )
        for one in INVENTORY
    ]
    return (*found, *_events(session, person_id))


def erasure_plan(session: Session, person_id: UUID, *, now: datetime) -> ErasurePlan:
    """What an erasure would do now; nothing is changed. Raise NotFound for an unknown person."""
    return ErasurePlan(
        duties=duties_of(session, person_id),
        held=tuple(one for one in held_of(session, person_id) if one.rows),
        binding=binding_acts(signed_acts(session, [person_id])[person_id], now),
    )


def _events(session: Session, person_id: UUID) -> tuple[HeldRecords, ...]:
    everything = PageRequest(size=MOST_EVENTS)
    mine = events_page(session, EventFilter(actor_id=person_id), everything).rows
    about = events_page(session, EventFilter(subject_id=person_id), everything).rows
    return tuple(
        HeldRecords(key, title, _EVENTS, [_shown(row) for row in rows], goes=False, why=_NO_NAMES)
        for key, title, rows in (
            ("acts", _TITLES["acts"], mine),
            ("events", _TITLES["events"], about),
        )
    )


def _shown(row: EventRow) -> tuple[object, ...]:
    return row.occurred_at, row.kind, row.subject_kind, row.subject_id, row.hash

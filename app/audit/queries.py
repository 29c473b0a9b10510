"""Readings of the event log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import ChainHead, Event, EventSalt
from app.audit.rules.chain import Link
from app.core.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as pages and API show it."""

    id: UUID
    seq: int
    kind: str
    subject_kind: str
    subject_id: UUID
    occurred_at: datetime
    actor_id: UUID | None
    call_id: UUID | None
    application_id: UUID | None
    facts: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; empty fields do not narrow."""

    kind: str = ""
    subject_id: UUID | None = None
    call_id: UUID | None = None
    application_id: UUID | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    without: frozenset[str] = frozenset()
    """Kinds that are left out."""


_COLUMNS = (
    Event.id,
    Event.seq,
    Event.kind,
    Event.subject_kind,
    Event.subject_id,
    Event.occurred_at,
    Event.actor_id,
    Event.call_id,
    Event.application_id,
    Event.facts,
    Event.hash,
)


def _matching(statement: sa.Select[Any], wanted: EventFilter) -> sa.Select[Any]:
    if wanted.kind:
        statement = statement.where(Event.kind.startswith(wanted.kind, autoescape=True))
    for name in ("subject_id", "call_id", "application_id", "actor_id"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(getattr(Event, name) == value)
    if wanted.since is not None:
        statement = statement.where(Event.occurred_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Event.occurred_at <= wanted.until)
    if wanted.without:
        statement = statement.where(Event.kind.not_in(wanted.without))
    return statement


def events_page(session: Session, wanted: EventFilter, page: PageRequest) -> Page[EventRow]:
    """Matching events, newest first."""
    total = session.execute(_matching(sa.select(sa.func.count()).select_from(Event), wanted)).scalar_one()
    statement = _matching(sa.select(*_COLUMNS), wanted).order_by(Event.seq.desc())
    rows = session.execute(statement.limit(page.size).offset(page.offset)).all()
    return Page([EventRow(*row) for row in rows], total, page.number, page.size)


def event(session: Session, event_id: UUID) -> EventRow | None:
    """One event."""
    row = session.execute(sa.select(*_COLUMNS).where(Event.id == event_id)).first()
    return EventRow(*row) if row else None


def timeline(
    session: Session, application_id: UUID, *, kinds: frozenset[str] = frozenset(), limit: int = 200
) -> Sequence[EventRow]:
    """What happened to one application, oldest first; only events of ``kinds`` where some are named."""
    statement = sa.select(*_COLUMNS).where(Event.application_id == application_id).order_by(Event.seq).limit(limit)
    if kinds:
        statement = statement.where(Event.kind.in_(kinds))
    return [EventRow(*row) for row in session.execute(statement)]


def event_kinds(session: Session) -> Sequence[str]:
    """Every kind that occurs, for the filter of the log page."""
    return session.scalars(sa.select(Event.kind).distinct().order_by(Event.kind)).all()


def chains(session: Session) -> Iterator[tuple[str, UUID, list[tuple[Link, str]]]]:
    """Every chain, whole, one after the other, in constant memory over chains."""
    statement = (
        sa.select(
            Event.id,
            Event.position,
            Event.kind,
            Event.subject_kind,
            Event.subject_id,
            Event.occurred_at,
            Event.actor_id,
            Event.facts,
            Event.digests,
            Event.call_id,
            Event.application_id,
            Event.request_id,
            Event.hash,
        )
        .order_by(Event.subject_kind, Event.subject_id, Event.position)
        .execution_options(yield_per=1000)
    )
    key: tuple[str, UUID] | None = None
    links: list[tuple[Link, str]] = []
    for *fields, stored in session.execute(statement):
        link = Link(*fields)
        if key is not None and key != (link.subject_kind, link.subject_id):
            yield *key, links
            links = []
        key = (link.subject_kind, link.subject_id)
        links.append((link, stored))
    if key is not None:
        yield *key, links


def heads(session: Session) -> dict[tuple[str, UUID], tuple[int, str]]:
    """Length and hash of every chain head."""
    rows = session.execute(sa.select(ChainHead.subject_kind, ChainHead.subject_id, ChainHead.length, ChainHead.hash))
    return {(kind, subject): (length, head) for kind, subject, length, head in rows}


def latest_before(session: Session, row: EventRow, *, kind: str, facts: dict[str, Any]) -> EventRow | None:
    """The last event of ``kind`` with these facts that happened to the same application before ``row``."""
    statement = (
        sa.select(*_COLUMNS)
        .where(Event.application_id == row.application_id, Event.seq < row.seq)
        .where(Event.kind == kind, Event.facts.contains(facts))
        .order_by(Event.seq.desc())
        .limit(1)
    )
    found = session.execute(statement).first()
    return EventRow(*found) if found else None


def digest_is_of(value: str) -> sa.ColumnElement[bool]:
    """Condition on a salt: the digest that it belongs to is that of ``value``."""
    salted = sa.func.convert_to(EventSalt.salt, "UTF8").op("||")(sa.literal(b"\0" + value.encode(), sa.LargeBinary))
    digest = sa.func.encode(sa.func.sha256(salted), "hex")
    held = sa.exists().where(Event.id == EventSalt.event_id, Event.digests[EventSalt.field].astext == digest)
    return held.correlate(EventSalt)


def values_until(session: Session, before: datetime) -> tuple[int, datetime | None]:
    """How many personal values of events up to that instant can still be compared, and the oldest of these events."""
    statement = (
        sa.select(sa.func.count(), sa.func.min(Event.occurred_at))
        .select_from(EventSalt)
        .join(Event, Event.id == EventSalt.event_id)
        .where(Event.occurred_at <= before)
    )
    count, oldest = session.execute(statement).one()
    return count, oldest

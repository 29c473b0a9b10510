"""Readings of the event log."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import ChainHead, Event, EventSalt, SealedRoot
from app.audit.rules.chain import FOR, Link
from app.audit.rules.roots import Heads, changed_in
from app.core.paging import Page, PageRequest
from app.infra.db.statements import ONE, SIZE


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


_LATEST_ABOUT = sa.select(*_COLUMNS).where(Event.subject_id == ONE).order_by(Event.seq.desc()).limit(SIZE)


def latest_about(session: Session, subject_id: UUID, most: int) -> Sequence[EventRow]:
    """What happened to one subject, newest first. One query."""
    return [EventRow(*row) for row in session.execute(_LATEST_ABOUT, {"one": subject_id, "size": most})]


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


def linked_events(
    session: Session,
    kinds: Collection[str],
    subject_ids: Collection[UUID],
    *,
    instants: Collection[datetime] | None = None,
) -> Sequence[tuple[EventRow, int]]:
    """Events of these kinds about these subjects with their places in their chains, oldest first. One query."""
    statement = sa.select(*_COLUMNS, Event.position).where(Event.subject_id.in_(subject_ids), Event.kind.in_(kinds))
    if instants is not None:
        statement = statement.where(Event.occurred_at.in_(instants))
    return [(EventRow(*row[:-1]), row[-1]) for row in session.execute(statement.order_by(Event.seq))]


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


@dataclass(frozen=True, slots=True)
class RootRow:
    """A sealed root as lists show it."""

    day: date
    sealed_at: datetime
    root: str
    chains: int
    events: int


@dataclass(frozen=True, slots=True)
class RootFile(RootRow):
    """A sealed root with what was sealed, to the byte, and the seal."""

    content: str
    seal: bytes


_ROOT = (SealedRoot.day, SealedRoot.sealed_at, SealedRoot.root, SealedRoot.chains, SealedRoot.events)
_CHUNK = 1000


def roots_page(session: Session, page: PageRequest) -> Page[RootRow]:
    """Sealed roots, latest first."""
    total = session.execute(sa.select(sa.func.count()).select_from(SealedRoot)).scalar_one()
    statement = sa.select(*_ROOT).order_by(SealedRoot.day.desc()).limit(page.size).offset(page.offset)
    return Page([RootRow(*row) for row in session.execute(statement)], total, page.number, page.size)


def last_root(session: Session) -> RootRow | None:
    """The root of the latest day."""
    row = session.execute(sa.select(*_ROOT).order_by(SealedRoot.day.desc()).limit(1)).first()
    return RootRow(*row) if row else None


def sealed_root(session: Session, day: date) -> RootFile | None:
    """One root with its document and seal."""
    columns = (*_ROOT, SealedRoot.content, SealedRoot.seal)
    row = session.execute(sa.select(*columns).where(SealedRoot.day == day)).first()
    return RootFile(*row) if row else None


def sealed_roots(session: Session) -> Iterator[SealedRoot]:
    """Every root with its document and seal, oldest first, a few at a time."""
    statement = sa.select(SealedRoot).order_by(SealedRoot.day).execution_options(yield_per=10)
    yield from session.scalars(statement)


def sealed_heads(session: Session) -> Heads:
    """Every chain as the latest root covers it."""
    known: dict[tuple[str, UUID], tuple[int, str]] = {}
    for content in session.scalars(sa.select(SealedRoot.content).order_by(SealedRoot.day)):
        known |= changed_in(json.loads(content))
    return known


def missing_links(session: Session, wanted: Heads) -> Iterable[tuple[str, UUID, int]]:
    """Those of the given links (subject, position, hash) that the log does not hold."""
    place = sa.tuple_(Event.subject_kind, Event.subject_id, Event.position)
    asked = list(wanted.items())
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        places = [(kind, subject, length) for (kind, subject), (length, _) in part]
        rows = session.execute(
            sa.select(Event.subject_kind, Event.subject_id, Event.position, Event.hash).where(place.in_(places))
        )
        held = {(kind, subject, position): found for kind, subject, position, found in rows}
        for (kind, subject), (length, head) in part:
            if held.get((kind, subject, length)) != head:
                yield kind, subject, length


def stand_ins(
    session: Session, subject_kind: str, subject_ids: Collection[UUID], persons: Collection[UUID]
) -> frozenset[UUID]:
    """Who did something with these subjects for one of these people, as their delegate. One query."""
    stood_for = Event.facts[FOR].astext.in_([str(person) for person in persons])
    of_these = Event.subject_kind == subject_kind, Event.subject_id.in_(subject_ids)
    statement = sa.select(Event.actor_id).where(*of_these, stood_for, Event.actor_id.is_not(None)).distinct()
    return frozenset(one for one in session.scalars(statement) if one is not None)

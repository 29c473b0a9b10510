"""Record an event: one row that is audit trail and outbox, in the transaction of the fact."""

from __future__ import annotations

import json
import secrets
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.models import ChainHead, Event, EventSalt
from app.audit.rules.chain import GENESIS, Link, link_hash, salted_digest
from app.core.actor import Actor
from app.core.canonical import canonical_json
from app.core.events import DomainEvent
from app.infra.ids import new_id
from app.infra.queue import enqueue

DELIVER_TASK = "deliver_event"


def record_event(session: Session, actor: Actor, event: DomainEvent, *, now: datetime) -> None:
    """Add the event to its subject's chain and, where someone must hear of it, to the queue."""
    session.flush()
    length, hash_before = _lock_head(session, event)
    salts = {field: secrets.token_hex(16) for field in event.personal}
    link = Link(
        event_id=new_id(),
        position=length + 1,
        kind=event.kind,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        occurred_at=now,
        actor_id=actor.person_id,
        facts=json.loads(canonical_json(dict(event.facts))),
        digests={field: salted_digest(salts[field], value) for field, value in event.personal.items()},
        call_id=event.call_id,
        application_id=event.application_id,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
    hash_after = link_hash(hash_before, link)
    session.execute(
        insert(Event).values(
            id=link.event_id,
            kind=link.kind,
            subject_kind=link.subject_kind,
            subject_id=link.subject_id,
            position=link.position,
            occurred_at=link.occurred_at,
            actor_id=link.actor_id,
            call_id=link.call_id,
            application_id=link.application_id,
            request_id=link.request_id,
            facts=dict(link.facts),
            digests=dict(link.digests),
            hash=hash_after,
        )
    )
    session.execute(_at_head(link).values(length=link.position, hash=hash_after))
    if salts:
        rows = [{"event_id": link.event_id, "field": field, "salt": salt} for field, salt in salts.items()]
        session.execute(insert(EventSalt).values(rows))
    if event.delivers:
        enqueue(session, DELIVER_TASK, event_id=str(link.event_id))


def _lock_head(session: Session, event: DomainEvent) -> tuple[int, str]:
    """Length and last hash of the subject's chain; others who add to it wait until this transaction ends."""
    begun = insert(ChainHead).values(
        subject_kind=event.subject_kind, subject_id=event.subject_id, length=0, hash=GENESIS
    )
    # An update that changes nothing locks a row that is there and returns it, in the same statement.
    locked = begun.on_conflict_do_update(
        index_elements=[ChainHead.subject_kind, ChainHead.subject_id], set_={"length": ChainHead.length}
    ).returning(ChainHead.length, ChainHead.hash)
    length, last = session.execute(locked).one()
    return length, last


def _at_head(link: Link) -> sa.Update:
    return (
        sa.update(ChainHead)
        .where(ChainHead.subject_kind == link.subject_kind, ChainHead.subject_id == link.subject_id)
        .execution_options(synchronize_session=False)
    )

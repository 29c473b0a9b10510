"""Record an event: one row that is audit trail and outbox, in the transaction of the fact."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.models import ChainHead, Event, EventSalt
from app.audit.rules.chain import FOR, GENESIS, Link, link_hash, salted_digest
from app.core.actor import Actor
from app.core.canonical import canonical_json
from app.core.events import DomainEvent
from app.infra.ids import new_id
from app.infra.queue import enqueue

DELIVER_TASK = "deliver_event"
_EVENT: Any = Event.__table__
_HEAD: Any = ChainHead.__table__
# An update that changes nothing locks a row that is there and returns it, in the same statement.
_LOCK_HEAD = (
    insert(_HEAD)
    .on_conflict_do_update(index_elements=[_HEAD.c.subject_kind, _HEAD.c.subject_id], set_={"length": _HEAD.c.length})
    .returning(_HEAD.c.length, _HEAD.c.hash)
)
_MOVE_HEAD = (
    sa.update(_HEAD)
    .where(_HEAD.c.subject_kind == sa.bindparam("of_kind"), _HEAD.c.subject_id == sa.bindparam("of"))
    .values(length=sa.bindparam("to_length"), hash=sa.bindparam("to_hash"))
)
_ADD = insert(_EVENT)
"""Every change of anything records an event: its statements are built once."""


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
        facts=json.loads(canonical_json(_facts(actor, event))),
        digests={field: salted_digest(salts[field], value) for field, value in event.personal.items()},
        call_id=event.call_id,
        application_id=event.application_id,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
    hash_after = link_hash(hash_before, link)
    row = {
        "id": link.event_id,
        "kind": link.kind,
        "subject_kind": link.subject_kind,
        "subject_id": link.subject_id,
        "position": link.position,
        "occurred_at": link.occurred_at,
        "actor_id": link.actor_id,
        "call_id": link.call_id,
        "application_id": link.application_id,
        "request_id": link.request_id,
        "facts": dict(link.facts),
        "digests": dict(link.digests),
        "hash": hash_after,
    }
    session.execute(_ADD, row)
    head = {"of_kind": link.subject_kind, "of": link.subject_id, "to_length": link.position, "to_hash": hash_after}
    session.execute(_MOVE_HEAD, head)
    if salts:
        rows = [{"event_id": link.event_id, "field": field, "salt": salt} for field, salt in salts.items()]
        session.execute(insert(EventSalt).values(rows))
    if event.delivers:
        enqueue(session, DELIVER_TASK, event_id=str(link.event_id))


def _lock_head(session: Session, event: DomainEvent) -> tuple[int, str]:
    """Length and last hash of the subject's chain; others who add to it wait until this transaction ends."""
    begun = {"subject_kind": event.subject_kind, "subject_id": event.subject_id, "length": 0, "hash": GENESIS}
    length, last = session.execute(_LOCK_HEAD, begun).one()
    return length, last


def _facts(actor: Actor, event: DomainEvent) -> dict[str, object]:
    """The facts of the event; whoever acts for somebody else is named together with them."""
    return {**event.facts, FOR: actor.acting_for} if actor.acting_for is not None else dict(event.facts)

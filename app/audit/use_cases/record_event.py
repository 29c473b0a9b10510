"""Record an event: one row that is audit trail and outbox, in the transaction of the fact."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

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
_ADDED = insert(_EVENT).values(
    {
        column.name: sa.bindparam(f"event_{column.name}", type_=column.type)
        for column in _EVENT.c
        if column.name != "seq"
    }
)
_ADD = (
    sa.update(_HEAD)
    .where(_HEAD.c.subject_kind == sa.bindparam("of_kind"), _HEAD.c.subject_id == sa.bindparam("of"))
    .values(length=sa.bindparam("to_length"), hash=sa.bindparam("to_hash"))
    .add_cte(_ADDED.cte("added"))
)
_ADD_SALTS = insert(EventSalt.__table__)  # type: ignore[arg-type]  # a mapped class has a table
"""Every change of anything records an event: its statements are built once, and the row and the head go together."""
_HEADS = "heads of chains"
_Head = tuple[int, str]
_Heads = dict[tuple[str, UUID], _Head]


def record_event(session: Session, actor: Actor, event: DomainEvent, *, now: datetime) -> None:
    """Add the event to its subject's chain and, where someone must hear of it, to the queue."""
    session.flush()
    length, hash_before = _locked_head(session, event)
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
        "event_id": link.event_id,
        "event_kind": link.kind,
        "event_subject_kind": link.subject_kind,
        "event_subject_id": link.subject_id,
        "event_position": link.position,
        "event_occurred_at": link.occurred_at,
        "event_actor_id": link.actor_id,
        "event_call_id": link.call_id,
        "event_application_id": link.application_id,
        "event_request_id": link.request_id,
        "event_facts": dict(link.facts),
        "event_digests": dict(link.digests),
        "event_hash": hash_after,
    }
    head = {"of_kind": link.subject_kind, "of": link.subject_id, "to_length": link.position, "to_hash": hash_after}
    session.execute(_ADD, row | head)
    _remember(session, event, (link.position, hash_after))
    if salts:
        rows = [{"event_id": link.event_id, "field": field, "salt": salt} for field, salt in salts.items()]
        session.execute(_ADD_SALTS, rows)
    if event.delivers:
        enqueue(session, DELIVER_TASK, event_id=str(link.event_id))


def _locked_head(session: Session, event: DomainEvent) -> _Head:
    """Length and last hash of the subject's chain; others who add to it wait until this transaction ends.

    A chain to which this transaction added already is locked, and its head known.
    """
    known = _heads(session).get((event.subject_kind, event.subject_id))
    if known is not None:
        return known
    begun = {"subject_kind": event.subject_kind, "subject_id": event.subject_id, "length": 0, "hash": GENESIS}
    length, last = session.execute(_LOCK_HEAD, begun).one()
    return length, last


def _remember(session: Session, event: DomainEvent, head: _Head) -> None:
    _heads(session)[event.subject_kind, event.subject_id] = head


def _heads(session: Session) -> _Heads:
    """The heads that this transaction moved; nothing is remembered in or across a savepoint, which may be taken back."""
    transaction = session.get_transaction()
    known: tuple[object, _Heads] = session.info.get(_HEADS, (None, {}))
    if session.in_nested_transaction():
        session.info.pop(_HEADS, None)
        return {}
    if known[0] is not transaction:
        known = session.info[_HEADS] = (transaction, {})
    return known[1]


def _facts(actor: Actor, event: DomainEvent) -> dict[str, object]:
    """The facts of the event; whoever acts for somebody else is named together with them."""
    return {**event.facts, FOR: actor.acting_for} if actor.acting_for is not None else dict(event.facts)

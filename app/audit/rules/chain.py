"""The hash chain over the events of one subject."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.canonical import canonical_json

GENESIS = "0" * 64
"""What the first event of a chain stands on."""
FOR = "for"
"""The fact that names for whom the actor acted."""


@dataclass(frozen=True, slots=True)
class Link:
    """Everything of one event that its hash covers."""

    event_id: UUID
    position: int
    kind: str
    subject_kind: str
    subject_id: UUID
    occurred_at: datetime
    actor_id: UUID | None
    facts: Mapping[str, object]
    digests: Mapping[str, str]
    call_id: UUID | None = None
    application_id: UUID | None = None
    request_id: str = ""


def link_hash(previous: str, link: Link) -> str:
    """Hash of ``link`` standing on ``previous`` (64 hexadecimal digits)."""
    body = canonical_json(
        {
            "id": link.event_id,
            "position": link.position,
            "kind": link.kind,
            "subject": [link.subject_kind, link.subject_id],
            "at": link.occurred_at,
            "actor": link.actor_id,
            "facts": dict(link.facts),
            "digests": dict(link.digests),
            "call": link.call_id,
            "application": link.application_id,
            "request": link.request_id,
        }
    )
    return hashlib.sha256(previous.encode() + body).hexdigest()


def salted_digest(salt: str, value: str) -> str:
    """What stands in the chain for a personal value; without the salt it says nothing."""
    return hashlib.sha256(f"{salt}\0{value}".encode()).hexdigest()


def first_break(links: Iterable[tuple[Link, str]]) -> int | None:
    """Position of the first event whose stored hash or position is wrong; None for a whole chain."""
    previous = GENESIS
    for expected, (link, stored) in enumerate(links, start=1):
        if link.position != expected or link_hash(previous, link) != stored:
            return expected
        previous = stored
    return None

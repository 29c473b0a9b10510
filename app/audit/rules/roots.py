"""The sealed root of a day: one hash over the last link of every chain, so that no chain can be rewritten as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

Heads = Mapping[tuple[str, UUID], tuple[int, str]]
"""Subject (kind, id) of each chain to its length and the hash of its last event."""
FORMAT = "grappe-root-1"
NO_ROOT = "0" * 64
"""What the first root stands on."""


def day_to_seal(now: datetime) -> date:
    """The day (UTC) that has ended last."""
    return (now.astimezone(UTC) - timedelta(days=1)).date()


def root_hash(heads: Heads) -> str:
    """SHA-256 over one line for each chain (kind, id, length, hash), sorted by kind and id."""
    seen = hashlib.sha256()
    for (kind, subject), (length, head) in sorted(heads.items()):
        seen.update(f"{kind} {subject} {length} {head}\n".encode())
    return seen.hexdigest()


def root_document(day: date, before: Heads, heads: Heads, *, previous: str, now: datetime) -> dict[str, Any]:
    """What is sealed: the root over all chains, and the heads that are new or longer than in the root before.

    Whoever holds the documents of all days can make every root again without this program.
    """
    changed = {subject: head for subject, head in heads.items() if before.get(subject) != head}
    return {
        "format": FORMAT,
        "day": day,
        "sealed_at": now,
        "previous": previous,
        "root": root_hash(heads),
        "chains": len(heads),
        "events": sum(length for length, _ in heads.values()),
        "changed": [[kind, subject, length, head] for (kind, subject), (length, head) in sorted(changed.items())],
    }


def changed_in(document: Mapping[str, Any]) -> dict[tuple[str, UUID], tuple[int, str]]:
    """The heads that a document names as new or longer."""
    return {(kind, UUID(subject)): (length, head) for kind, subject, length, head in document["changed"]}


def root_faults(document: Mapping[str, Any], before: Heads, *, previous: str) -> tuple[str, ...]:
    """What is wrong with a document that follows one with the root ``previous`` and the heads ``before``."""
    changed = changed_in(document)
    found = []
    if document["previous"] != previous:
        found.append("it does not follow the root before it")
    if any(length <= before.get(subject, (0, ""))[0] for subject, (length, _) in changed.items()):
        found.append("a chain is shorter than it was before")
    if root_hash({**before, **changed}) != document["root"]:
        found.append("its root is not the one of its chains")
    return tuple(found)

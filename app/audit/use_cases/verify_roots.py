"""Verify every sealed root: its seal, its place behind the one before, and that the log still holds what it covers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.queries import missing_links, sealed_roots
from app.audit.rules.roots import NO_ROOT, changed_in, root_faults
from app.infra.sealing import SealingAuthority, bytes_are_genuine


@dataclass(frozen=True, slots=True)
class RootReport:
    """Result over all roots; ``faults`` names each in a sentence."""

    roots: int
    faults: tuple[str, ...]


def verify_roots(session: Session, authority: SealingAuthority | None) -> RootReport:
    """Replay all roots from the first; without an authority the seals themselves are left aside."""
    known: dict[tuple[str, UUID], tuple[int, str]] = {}
    previous, count, faults = NO_ROOT, 0, []
    for row in sealed_roots(session):
        count += 1
        document = json.loads(row.content)
        found = list(root_faults(document, known, previous=previous))
        if (document["day"], document["root"]) != (row.day.isoformat(), row.root):
            found.append("its document is of another day or root")
        if authority is not None and not bytes_are_genuine(
            row.content.encode(), row.seal, authority, moment=row.sealed_at
        ):
            found.append("its seal is not genuine")
        changed = changed_in(document)
        found += [
            f"event {length} of {kind} {subject} is not the one that was sealed"
            for kind, subject, length in missing_links(session, changed)
        ]
        known |= changed
        previous = row.root
        faults += [f"root of {row.day}: {words}" for words in found]
    return RootReport(count, tuple(faults))

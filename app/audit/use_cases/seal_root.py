"""Seal the root of the day that has ended: from then on no chain of the log can be made anew without it showing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.audit.models import SealedRoot
from app.audit.queries import heads, last_root, sealed_heads
from app.audit.rules.roots import NO_ROOT, day_to_seal, root_document
from app.core.canonical import canonical_json
from app.infra.sealing import SealingAuthority, seal_bytes


def seal_root(session: Session, authority: SealingAuthority, *, now: datetime) -> date | None:
    """The day whose root was sealed; None where it, or a later day, was sealed before.

    All heads are read in one statement, so they are those of one moment. The root is no event of the log: it stands
    outside the chains that it covers. Two who do it at once: the table takes one of them.
    """
    day, last = day_to_seal(now), last_root(session)
    if last is not None and last.day >= day:
        return None
    content = root_document(
        day, sealed_heads(session), heads(session), previous=last.root if last else NO_ROOT, now=now
    )
    written = canonical_json(content)
    session.add(
        SealedRoot(
            day=day,
            sealed_at=now,
            root=content["root"],
            chains=content["chains"],
            events=content["events"],
            content=written.decode(),
            seal=seal_bytes(written, authority, now=now),
        )
    )
    session.flush()
    return day

"""Apply retention from any door: rows in one transaction, and the bytes that nobody names any more after its commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.documents.queries import contents_held

if TYPE_CHECKING:
    from app.data_protection.schemas import Applied
    from app.delivery.runtime import Runtime


def remove_contents(runtime: Runtime, applied: Applied) -> int:
    """Remove the bytes of a committed run; what somebody stored again meanwhile stays. How many contents are gone."""
    if not applied.contents:
        return 0
    with runtime.database.reading() as session:
        held = contents_held(session, applied.contents)
    return sum(runtime.files.remove(sha256) for sha256 in applied.contents - held)

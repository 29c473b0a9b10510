"""Store a file: note bytes that already lie in the file store."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.documents.models import StoredFile
from app.documents.schemas import FileToStore
from app.infra.ids import new_id


def store_file(session: Session, actor: Actor, stored: FileToStore, *, now: datetime) -> UUID:
    """Make the file known and return its id. The area that owns it records the event and serves it."""
    row = StoredFile(
        id=new_id(),
        sha256=stored.sha256,
        size=stored.size,
        media_type=stored.media_type,
        filename=stored.filename,
        pages=stored.pages,
        stored_at=now,
        stored_by=actor.person_id,
    )
    session.add(row)
    session.flush()
    return row.id

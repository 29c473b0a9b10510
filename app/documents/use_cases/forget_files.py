"""Forget uploaded files: their rows go, and the caller is told which bytes nobody needs any more."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.models import StoredFile


def forget_files(session: Session, file_ids: Collection[UUID]) -> frozenset[str]:
    """Delete the rows; nothing may refer to them any more. SHA-256 of contents that no other row holds.

    The bytes themselves are removed by the caller once the transaction is committed.
    """
    gone = session.scalars(sa.delete(StoredFile).where(StoredFile.id.in_(file_ids)).returning(StoredFile.sha256)).all()
    still = session.scalars(sa.select(StoredFile.sha256).where(StoredFile.sha256.in_(gone))).all()
    return frozenset(sha256.strip() for sha256 in gone) - {sha256.strip() for sha256 in still}

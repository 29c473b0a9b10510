"""Tables of files and documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.documents.rules.lifecycle import DOCUMENT, DocumentState
from app.infra.db.base import Base, state_of


class StoredFile(Base):
    """Bytes that somebody uploaded or the platform made, found by content hash."""

    __tablename__ = "stored_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.CHAR(64), index=True)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str]
    filename: Mapped[str]
    pages: Mapped[int | None]
    stored_at: Mapped[datetime]
    stored_by: Mapped[UUID | None]


class Document(Base):
    """A document of the platform: asked for in a transaction, made by a job, sealed once."""

    __tablename__ = "document"
    __table_args__ = (
        state_of(DOCUMENT),
        sa.CheckConstraint("(state = 'sealed') = (file_id is not null)", name="file"),
        sa.Index("ix_document_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    reference: Mapped[str]
    title: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    state: Mapped[DocumentState] = mapped_column(sa.Text)
    data: Mapped[dict[str, Any]]
    data_sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    verification_code: Mapped[str] = mapped_column(unique=True)
    requested_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]
    file_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    failure: Mapped[str] = mapped_column(default="")

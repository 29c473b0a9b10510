"""Table of answered creates: a form sent twice creates one thing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db.base import Base


class AnsweredRequest(Base):
    """What a create with this key was answered; the same person sending it again gets the same."""

    __tablename__ = "answered_request"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    body_sha256: Mapped[str]
    status: Mapped[int]
    location: Mapped[str]
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)
    media_type: Mapped[str]
    answered_at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[UUID | None]

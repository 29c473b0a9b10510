"""Table of requests to erase."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.data_protection.rules.lifecycle import ERASURE, ErasureState
from app.infra.db.base import Base, state_of


class ErasureRequest(Base):
    """One person asks to be erased; another one, who has seen what goes and what stays, decides."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        state_of(ERASURE),
        sa.CheckConstraint("(state in ('refused', 'erased')) = (decided_at is not null)", name="decided_at"),
        sa.CheckConstraint("decided_by is null or decided_by <> person_id", name="four_eyes"),
        sa.Index("uq_erasure_request_open", "person_id", unique=True, postgresql_where=sa.text("state = 'asked'")),
        sa.Index("ix_erasure_request_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
    state: Mapped[ErasureState] = mapped_column(sa.Text)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why it was refused."""

"""Table of messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db.base import Base, state_of
from app.notifications.rules.lifecycle import MESSAGE, MessageState


class Message(Base):
    """One e-mail to one address. ``key`` makes it exist once; its id is the Message-ID it travels under.

    Text and HTML of a message with a secret link are emptied once it is sent.
    """

    __tablename__ = "message"
    __table_args__ = (
        state_of(MESSAGE),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        sa.CheckConstraint("state <> 'sending' or claimed_at is not null", name="claimed_at"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.UniqueConstraint("key"),
        sa.Index("ix_message_waiting", "urgency", "due_at", postgresql_where=sa.text("state in ('queued', 'sending')")),
        sa.Index("ix_message_person_id_created_at", "person_id", "created_at"),
        sa.Index("ix_message_event_id", "event_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    event_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("audit_event.id"))
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    address: Mapped[str]
    kind: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    secret: Mapped[bool] = mapped_column(default=False)
    urgency: Mapped[int] = mapped_column(default=0)
    state: Mapped[MessageState] = mapped_column(sa.Text)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")

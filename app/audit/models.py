"""Tables of the event log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db.base import Base


class Event(Base):
    """One recorded fact. A trigger refuses UPDATE and DELETE."""

    __tablename__ = "audit_event"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_id", "position"),
        sa.Index("ix_audit_event_call_id_seq", "call_id", "seq"),
        sa.Index("ix_audit_event_application_id_seq", "application_id", "seq"),
        sa.Index("ix_audit_event_actor_id_seq", "actor_id", "seq"),
        sa.Index("ix_audit_event_kind_seq", "kind", "seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), unique=True)
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    position: Mapped[int]
    occurred_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
    application_id: Mapped[UUID | None]
    request_id: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]]
    digests: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(sa.CHAR(64))


class ChainHead(Base):
    """The last link of each chain; locked while an event is added."""

    __tablename__ = "audit_chain_head"

    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    length: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.CHAR(64))


class EventSalt(Base):
    """The salt behind a digest; erasing a person deletes it."""

    __tablename__ = "audit_event_salt"

    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("audit_event.id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]


class SealedRoot(Base):
    """The root of one day with its seal. A trigger refuses UPDATE and DELETE."""

    __tablename__ = "sealed_root"

    day: Mapped[date] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime]
    root: Mapped[str] = mapped_column(sa.CHAR(64))
    chains: Mapped[int]
    events: Mapped[int] = mapped_column(sa.BigInteger)
    content: Mapped[str]
    """Canonical JSON, kept to the byte: the seal is over it."""
    seal: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """CMS signature beside the content, DER."""

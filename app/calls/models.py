"""Tables of programmes, calls and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.identifiers import identifier_key
from app.calls.rules.lifecycle import CALL, CallState
from app.core.money import Money
from app.infra.db.base import Base, one_of, state_of


class Programme(Base):
    """A programme under which calls are published, such as COSME."""

    __tablename__ = "programme"
    __table_args__ = (sa.UniqueConstraint("code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    title: Mapped[str]
    created_at: Mapped[datetime]


class Call(Base):
    """A call. Titles, instants and envelope repeat its current version, so that lists need not read documents."""

    __tablename__ = "call"
    __table_args__ = (
        state_of(CALL),
        one_of("funding_kind", FundingKind),
        sa.CheckConstraint("state = 'draft' or opens_at < deadline", name="deadline"),
        sa.CheckConstraint("envelope >= 0", name="envelope"),
        sa.CheckConstraint("(state = 'draft') = (published_version is null)", name="published_version"),
        sa.UniqueConstraint("identifier_key"),
        sa.Index("ix_call_programme_id", "programme_id"),
        sa.Index("ix_call_state_deadline", "state", "deadline"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("programme.id"))
    identifier: Mapped[str]
    identifier_key: Mapped[str]
    title: Mapped[str]
    titles: Mapped[dict[str, Any]]
    funding_kind: Mapped[FundingKind] = mapped_column(sa.Text)
    opens_at: Mapped[datetime]
    deadline: Mapped[datetime]
    envelope: Mapped[Money | None]
    state: Mapped[CallState] = mapped_column(sa.Text)
    published_version: Mapped[int | None]
    created_at: Mapped[datetime]
    first_published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")

    def repeat(self, rules: CallRules) -> None:
        """Take over from the document what lists show and lock on."""
        identity, timetable = rules.identity, rules.timetable
        self.identifier, self.identifier_key = identity.identifier, identifier_key(identity.identifier)
        self.title, self.titles = str(identity.titles), dict(identity.titles.root)
        self.funding_kind, self.envelope = rules.funding.kind, rules.envelope
        self.opens_at, self.deadline = timetable.opens_at, timetable.closes_at


class CallVersion(Base):
    """A version of a call's document. A trigger refuses every change of a published one."""

    __tablename__ = "call_version"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("revision > 0", name="revision"),
        sa.UniqueConstraint("call_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    label: Mapped[str]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))

    def hold(self, rules: CallRules) -> None:
        """Take the document; only while the version is a draft."""
        self.label, self.document, self.sha256 = rules.version, rules.plain(), rules.sha256

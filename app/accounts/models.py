"""Tables of people, sessions, roles and tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Role, ScopeKind
from app.infra.db.base import Base, one_of


class Person(Base):
    """One human being, one e-mail address (stored in lower case)."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="Europe/Brussels")
    password_hash: Mapped[str | None]
    email_confirmed_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    """When name, address and everything else that says who it is were erased."""


class KeptName(Base):
    """The name of an erased person who signed acts that are still kept; shown beside these acts and nowhere else."""

    __tablename__ = "kept_name"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    name: Mapped[str]
    kept_at: Mapped[datetime]


class SignInSession(Base):
    """A browser that is signed in; the cookie's secret is stored as a fingerprint."""

    __tablename__ = "sign_in_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    stepped_up_at: Mapped[datetime | None]
    """When this browser last confirmed the second step."""
    acting_for: Mapped[UUID | None] = mapped_column(sa.ForeignKey("delegation.id"))
    """The delegation by which this browser acts for somebody else; it counts only while it is in force."""


class SecondFactor(Base):
    """The second step of a person: the secret of their device, encrypted. It counts from ``confirmed_at`` on."""

    __tablename__ = "second_factor"
    __table_args__ = (sa.CheckConstraint("wrong >= 0", name="wrong"),)

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=-1)
    """The last 30-second step whose code counted: no code counts twice."""
    wrong: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in for a lost device, once; stored as a fingerprint."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    fingerprint: Mapped[str]
    used_at: Mapped[datetime | None]


class RoleAssignment(Base):
    """One role of one person in one scope."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        one_of("role", Role),
        one_of("scope", ScopeKind),
        sa.CheckConstraint("(scope = 'platform') = (scope_id is null)", name="scope_id"),
        sa.UniqueConstraint("person_id", "role", "scope", "scope_id", postgresql_nulls_not_distinct=True),
        sa.Index("ix_role_assignment_scope_id", "scope_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(sa.Text)
    scope: Mapped[ScopeKind] = mapped_column(sa.Text)
    scope_id: Mapped[UUID | None]
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]


class Invitation(Base):
    """An offer of a role to an e-mail address; the link is signed and used once."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(sa.Text)
    scope: Mapped[ScopeKind] = mapped_column(sa.Text)
    scope_id: Mapped[UUID | None]
    invited_by: Mapped[UUID | None]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]


class ApiToken(Base):
    """A key for programs; acts as its person within its scopes."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Delegation(Base):
    """Somebody's tasks in the hands of a colleague for a time."""

    __tablename__ = "delegation"
    __table_args__ = (
        sa.CheckConstraint("delegate_id <> person_id", name="delegate"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_at"),
        sa.Index("ix_delegation_delegate_id", "delegate_id"),
        sa.Index("ix_delegation_person_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    delegate_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """The first instant at which it is over."""
    reason: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    taken_up_at: Mapped[datetime | None]
    """When the delegate first acted by it: from then on the two count as one where four eyes are wanted."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]

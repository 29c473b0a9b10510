"""Who acts: the person behind a cookie or a token, with every role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Delegation, KeptName, Person, RoleAssignment, SignInSession
from app.accounts.rules.second_factor import fresh
from app.core.actor import PUBLIC, Actor, Assignment, Role, ScopeKind
from app.infra.db.statements import NOW, ONE, among


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor and the sign-in behind it (None for tokens and the public)."""

    actor: Actor
    session_id: UUID | None = None
    last_seen_at: datetime | None = None
    language: str = "en"
    zone: str = "Europe/Brussels"
    acting_by: UUID | None = None
    """The delegation by which the browser acts for somebody else, in force or not."""


@dataclass(frozen=True, slots=True)
class _Person:
    """A row of the columns in ``_PERSON``."""

    id: UUID
    name: str
    email: str
    language: str
    zone: str
    roles: Any
    also: list[UUID] | None

    def actor(self, scopes: frozenset[str] | None = None, *, stepped_up: bool = False) -> Actor:
        """The actor that the person is, narrowed to the scopes of a token."""
        assignments = tuple(
            Assignment(Role(role), ScopeKind(scope), UUID(scope_id) if scope_id else None)
            for role, scope, scope_id in self.roles
        )
        return Actor(
            person_id=self.id,
            name=self.name,
            email=self.email,
            assignments=assignments,
            token_scopes=scopes,
            stepped_up=stepped_up,
            also=frozenset(self.also or ()),
        )


_ROLES = (
    sa.select(
        sa.func.coalesce(
            sa.func.json_agg(
                sa.func.json_build_array(RoleAssignment.role, RoleAssignment.scope, RoleAssignment.scope_id)
            ),
            sa.text("'[]'::json"),
        )
    )
    .where(RoleAssignment.person_id == Person.id)
    .scalar_subquery()
)
_ALSO = (
    sa.select(
        sa.func.array_agg(
            sa.case((Delegation.person_id == Person.id, Delegation.delegate_id), else_=Delegation.person_id)
        )
    )
    .where(
        Delegation.taken_up_at.is_not(None),
        sa.or_(Delegation.person_id == Person.id, Delegation.delegate_id == Person.id),
    )
    .correlate(Person)
    .scalar_subquery()
)
_PERSON = (Person.id, Person.name, Person.email, Person.language, Person.zone, _ROLES, _ALSO)
_ONE_PERSON = sa.select(*_PERSON).where(Person.id == ONE)
_NAMES = sa.select(Person.id, Person.name).where(among(Person.id))
_NAMES_UNDER_ACTS = (
    sa.select(Person.id, sa.func.coalesce(KeptName.name, Person.name))
    .outerjoin(KeptName, KeptName.person_id == Person.id)
    .where(among(Person.id))
)
_SESSION = (
    sa.select(
        *_PERSON, SignInSession.id, SignInSession.last_seen_at, SignInSession.stepped_up_at, SignInSession.acting_for
    )
    .join(SignInSession, SignInSession.person_id == Person.id)
    .where(
        SignInSession.fingerprint == sa.bindparam("fingerprint"),
        SignInSession.ends_at > NOW,
        SignInSession.last_seen_at > sa.bindparam("since"),
        Person.active,
    )
)
_TOKEN = (
    sa.select(*_PERSON, ApiToken.scopes)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(
        ApiToken.fingerprint == sa.bindparam("fingerprint"),
        ApiToken.expires_at > NOW,
        ApiToken.revoked_at.is_(None),
        Person.active,
    )
)


_TOKEN = (
    sa.select(*_PERSON, ApiToken.scopes)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(
        ApiToken.fingerprint == sa.bindparam("fingerprint"),
        ApiToken.expires_at > NOW,
        ApiToken.revoked_at.is_(None),
        Person.active,
    )
)


def actor_of_session(session: Session, fingerprint: str, *, now: datetime, idle: timedelta) -> KnownActor:
    """The person behind a session cookie; the public when it is unknown, over or idle too long. One query."""
    row = session.execute(_SESSION, {"fingerprint": fingerprint, "now": now, "since": now - idle}).first()
    if row is None:
        return KnownActor(PUBLIC)
    person, (session_id, seen, stepped_up_at, acting_for) = _Person(*row[: len(_PERSON)]), row[len(_PERSON) :]
    actor = person.actor(stepped_up=fresh(stepped_up_at, now))
    return KnownActor(actor, session_id, seen, person.language, person.zone, acting_for)


def actor_of_token(session: Session, fingerprint: str, *, now: datetime) -> KnownActor:
    """The person behind an API token, narrowed to the token's scopes; the public when it is not valid."""
    row = session.execute(_TOKEN, {"fingerprint": fingerprint, "now": now}).first()
    if row is None:
        return KnownActor(PUBLIC)
    person, scopes = _Person(*row[: len(_PERSON)]), frozenset(row[-1])
    return KnownActor(person.actor(scopes), language=person.language, zone=person.zone)


def actor_of_person(session: Session, person_id: UUID) -> Actor:
    """The actor a person is; raise NoResultFound for an unknown one."""
    row = session.execute(_ONE_PERSON, {"one": person_id}).one()
    return _Person(*row).actor()


def names_of(session: Session, person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people, for lists that hold only ids. One query."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    rows = session.execute(_NAMES, {"many": list(wanted)})
    return {person_id: name for person_id, name in rows}  # noqa: C416  # rows are not tuples to mypy


def names_under_acts(session: Session, person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people beside acts that they signed: there an erased person keeps the name while the act is kept.

    One query.
    """
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    rows = session.execute(_NAMES_UNDER_ACTS, {"many": list(wanted)})
    return {person_id: name for person_id, name in rows}  # noqa: C416  # rows are not tuples to mypy

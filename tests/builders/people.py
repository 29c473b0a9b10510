"""People, their roles, sign-ins and tokens for tests."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Invitation, Person, RoleAssignment, SecondFactor
from app.accounts.queries import actor_of_person
from app.accounts.rules.second_factor import code_at, step_of
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.infra.ids import new_id
from app.infra.passwords import hash_password
from app.infra.tokens import fingerprint, new_secret
from app.infra.vault import Vault
from tests.conftest import NOW

DEVICE = "GRAPPEGRAPPEGRAPPEGRAPPEGRAPPE23"
"""The secret of everybody's device."""
PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)
_hashes: dict[str, str] = {}


def a_person(
    session: Session,
    *,
    roles: tuple[tuple[Role, UUID | None] | Role, ...] = (),
    password: str | None = PASSWORD,
    **given: Any,
) -> Person:
    """A confirmed person. ``roles``: a role for the platform, or (role, id of its scope)."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": new_id(),
        "email": f"person{number}@example.org",
        "name": f"Person {number}",
        "password_hash": _hash_of(password) if password is not None else None,
        "email_confirmed_at": NOW - timedelta(days=30),
        "created_at": NOW - timedelta(days=30),
    }
    person = Person(**(values | given))
    session.add(person)
    session.flush()
    for role in roles:
        kind, scope_id = role if isinstance(role, tuple) else (role, None)
        a_role(session, person, kind, scope_id)
    return person


def a_role(
    session: Session, person: Person, role: Role, scope_id: UUID | None = None, *, scope: ScopeKind | None = None
) -> RoleAssignment:
    """One role of a person; without a scope for the platform, else in the kind of scope the role usually has."""
    kind = scope or (ScopeKind.PLATFORM if scope_id is None else _USUAL.get(role, ScopeKind.PROGRAMME))
    made = RoleAssignment(
        id=new_id(), person_id=person.id, role=role, scope=kind, scope_id=scope_id, granted_at=NOW, granted_by=None
    )
    session.add(made)
    session.flush()
    return made


_USUAL = {
    Role.EVALUATOR: ScopeKind.CALL,
    Role.REPRESENTATIVE: ScopeKind.ORGANISATION,
    Role.SIGNATORY: ScopeKind.ORGANISATION,
    Role.MEMBER: ScopeKind.ORGANISATION,
    Role.COORDINATOR_CONTACT: ScopeKind.APPLICATION,
    Role.PARTNER_CONTACT: ScopeKind.APPLICATION,
    Role.TEAM_MEMBER: ScopeKind.APPLICATION,
}


def an_administrator(session: Session, **given: Any) -> Person:
    """A person who administers the platform."""
    return a_person(session, roles=(Role.ADMINISTRATOR,), **given)


def actor_for(session: Session, person: Person) -> Actor:
    """The actor that the person is, roles included."""
    return actor_of_person(session, person.id)


def an_actor(*assignments: Assignment, **given: Any) -> Actor:
    """An actor that stands in no table, for policies and rules."""
    values: dict[str, Any] = {"person_id": new_id(), "name": "Somebody", "email": "somebody@example.org"}
    return Actor(assignments=assignments, **(values | given))


def an_api_token(
    session: Session,
    person: Person,
    *,
    scopes: tuple[str, ...] = ("read", "write"),
    now: datetime = NOW,
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> str:
    """The secret of a token of the person; use it as ``Authorization: Bearer``."""
    secret = new_secret()
    session.add(
        ApiToken(
            id=new_id(),
            person_id=person.id,
            name=f"Program {next(_numbers)}",
            fingerprint=fingerprint(secret),
            scopes=list(scopes),
            created_at=now,
            expires_at=expires_at or now + timedelta(days=30),
            revoked_at=revoked_at,
        )
    )
    session.flush()
    return secret


def with_second_factor(session: Session, person_id: UUID, vault: Vault, *, secret: str = DEVICE) -> str:
    """The person has a device with this secret from now on; the secret, for ``code_of``."""
    sealed = vault.seal(secret, about=str(person_id))
    session.merge(
        SecondFactor(
            person_id=person_id,
            secret=sealed,
            created_at=NOW,
            confirmed_at=NOW,
            last_step=-1,
            wrong=0,
            paused_until=None,
        )
    )
    session.flush()
    return secret


def code_of(now: datetime, *, secret: str = DEVICE) -> str:
    """What the device shows at that instant."""
    return code_at(secret, step_of(now))


def an_invitation(session: Session, **given: Any) -> Invitation:
    """An open invitation to administer the platform, unless told otherwise."""
    values: dict[str, Any] = {
        "id": new_id(),
        "email": f"invited{next(_numbers)}@example.org",
        "role": Role.ADMINISTRATOR,
        "scope": ScopeKind.PLATFORM,
        "scope_id": None,
        "invited_by": None,
        "invited_at": NOW,
        "expires_at": NOW + timedelta(days=14),
    }
    made = Invitation(**(values | given))
    session.add(made)
    session.flush()
    return made


def _hash_of(password: str) -> str:
    if password not in _hashes:
        _hashes[password] = hash_password(password)
    return _hashes[password]

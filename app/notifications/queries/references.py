"""Names and ids of what events point to: calls by identifier, applications by reference, people by address."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.models import Application
from app.calls.models import Call
from app.calls.rules.identifiers import identifier_key


def references_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Identifiers of calls and references of applications, for lists that hold only ids. One query."""
    wanted = sorted({identity for identity in ids if identity is not None})
    if not wanted:
        return {}
    among = sa.any_(sa.cast(wanted, sa.ARRAY(sa.Uuid)))
    statement = sa.union_all(
        sa.select(Call.id, Call.identifier).where(Call.id == among),
        sa.select(Application.id, Application.reference).where(Application.id == among),
    )
    return dict(session.execute(statement).all())


def call_id_of(session: Session, identifier: str) -> UUID | None:
    """The call of that identifier in any spelling."""
    return session.execute(sa.select(Call.id).where(Call.identifier_key == identifier_key(identifier))).scalar()


def application_id_of(session: Session, reference: str) -> UUID | None:
    """The application of that reference."""
    statement = sa.select(Application.id).where(sa.func.lower(Application.reference) == reference.lower())
    return session.execute(statement).scalar()


def person_id_of(session: Session, address: str) -> UUID | None:
    """The person with that address."""
    return session.execute(sa.select(Person.id).where(Person.email == address.lower())).scalar()

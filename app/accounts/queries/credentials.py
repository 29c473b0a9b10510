"""What a sign-in, a link or a token is checked against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Person
from app.accounts.schemas import Credentials, TokenRow

_COLUMNS = (Person.id, Person.email, Person.password_hash, Person.email_confirmed_at, Person.active)


def credentials_of_email(session: Session, email: str) -> Credentials | None:
    """What a password is compared with; None for an unknown address."""
    return _credentials(session, Person.email == email)


def credentials_of(session: Session, person_id: UUID) -> Credentials | None:
    """The same by the person's id."""
    return _credentials(session, Person.id == person_id)


def _credentials(session: Session, which: sa.ColumnElement[bool]) -> Credentials | None:
    row = session.execute(sa.select(*_COLUMNS).where(which)).first()
    if row is None:
        return None
    person_id, email, password_hash, confirmed_at, active = row
    return Credentials(person_id, email, password_hash, confirmed=confirmed_at is not None, active=active)


def person_for_update(session: Session, person_id: UUID) -> Person | None:
    """The row, locked until the end of the transaction."""
    statement = sa.select(Person).where(Person.id == person_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def live_tokens(session: Session, person_id: UUID, *, now: datetime) -> Sequence[TokenRow]:
    """API tokens of a person that still work, newest first."""
    statement = (
        sa.select(ApiToken.id, ApiToken.name, ApiToken.scopes, ApiToken.created_at, ApiToken.expires_at)
        .where(ApiToken.person_id == person_id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .order_by(ApiToken.id.desc())
    )
    return [
        TokenRow(token_id, name, tuple(scopes), created_at, expires_at)
        for token_id, name, scopes, created_at, expires_at in session.execute(statement)
    ]

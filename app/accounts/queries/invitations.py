"""Readings of invitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person
from app.accounts.rules.invitations import InvitationState, invitation_state
from app.accounts.schemas import InvitationRow
from app.core.actor import Assignment, Role, ScopeKind
from app.core.paging import Page, PageRequest


@dataclass(frozen=True, slots=True)
class InvitationFilter:
    """Which invitations are wanted; empty fields do not narrow."""

    q: str = ""
    state: InvitationState | None = None
    sort: str = "invited_at"
    descending: bool = True


_COLUMNS: tuple[Any, ...] = (
    Invitation.id,
    Invitation.email,
    Invitation.role,
    Invitation.scope,
    Invitation.scope_id,
    sa.func.coalesce(Person.name, "").label("invited_by"),
    Invitation.invited_at,
    Invitation.expires_at,
    Invitation.accepted_at,
    Invitation.withdrawn_at,
)
_SORTS: dict[str, Any] = {
    "email": Invitation.email,
    "role": Invitation.role,
    "invited_at": Invitation.invited_at,
    "expires_at": Invitation.expires_at,
}
_PENDING = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))


def invitations_page(
    session: Session, wanted: InvitationFilter, page: PageRequest, *, now: datetime
) -> Page[InvitationRow]:
    """Matching invitations of all scopes."""
    total = session.scalar(_matching(sa.select(sa.func.count()).select_from(Invitation), wanted, now)) or 0
    key = _SORTS[wanted.sort]
    order = (key.desc(), Invitation.id.desc()) if wanted.descending else (key, Invitation.id)
    statement = _matching(_rows(), wanted, now).order_by(*order).limit(page.size).offset(page.offset)
    return Page([_row(row, now) for row in session.execute(statement)], total, page.number, page.size)


def invitations_of_scope(
    session: Session, scope: ScopeKind, scope_id: UUID, *, now: datetime
) -> Sequence[InvitationRow]:
    """Open invitations into one scope, newest first."""
    statement = (
        _rows()
        .where(Invitation.scope == scope, Invitation.scope_id == scope_id, *_PENDING, Invitation.expires_at >= now)
        .order_by(Invitation.id.desc())
    )
    return [_row(row, now) for row in session.execute(statement)]


def invitation(session: Session, invitation_id: UUID, *, now: datetime) -> InvitationRow | None:
    """One invitation."""
    row = session.execute(_rows().where(Invitation.id == invitation_id)).first()
    return _row(row, now) if row else None


def invitation_for_update(session: Session, invitation_id: UUID) -> Invitation | None:
    """The row, locked until the end of the transaction."""
    statement = sa.select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def open_invitation_id(session: Session, email: str, wanted: Assignment, *, now: datetime) -> UUID | None:
    """An invitation of this address to this very role that is still open."""
    return session.scalar(
        sa.select(Invitation.id).where(
            Invitation.email == email,
            Invitation.role == wanted.role,
            Invitation.scope == wanted.scope,
            Invitation.scope_id.is_not_distinct_from(wanted.scope_id),
            *_PENDING,
            Invitation.expires_at >= now,
        )
    )


def _rows() -> sa.Select[Any]:
    statement: sa.Select[Any] = sa.select(*_COLUMNS)
    return statement.outerjoin(Person, Person.id == Invitation.invited_by)


def _matching(statement: sa.Select[Any], wanted: InvitationFilter, now: datetime) -> sa.Select[Any]:
    if wanted.q:
        statement = statement.where(Invitation.email.icontains(wanted.q, autoescape=True))
    match wanted.state:
        case InvitationState.ACCEPTED:
            statement = statement.where(Invitation.accepted_at.is_not(None))
        case InvitationState.WITHDRAWN:
            statement = statement.where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_not(None))
        case InvitationState.OPEN:
            statement = statement.where(*_PENDING, Invitation.expires_at >= now)
        case InvitationState.EXPIRED:
            statement = statement.where(*_PENDING, Invitation.expires_at < now)
        case None:
            pass
    return statement


def _row(row: Any, now: datetime) -> InvitationRow:  # noqa: ANN401  # a row of the columns above
    *fields, accepted_at, withdrawn_at = row
    invitation_id, email, role, scope, scope_id, invited_by, invited_at, expires_at = fields
    state = invitation_state(accepted_at=accepted_at, withdrawn_at=withdrawn_at, expires_at=expires_at, now=now)
    return InvitationRow(
        invitation_id, email, Role(role), ScopeKind(scope), scope_id, invited_by, invited_at, expires_at, state
    )

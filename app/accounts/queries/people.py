"""Readings of people and of the roles they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person, RoleAssignment, SignInSession
from app.accounts.schemas import MemberRow, PersonDetails, PersonRow, RoleRow
from app.core.actor import Role, ScopeKind
from app.core.paging import Page, PageRequest
from app.infra.db.statements import ONE


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people are wanted; empty fields do not narrow."""

    q: str = ""
    role: Role | None = None
    active: bool | None = None
    sort: str = "name"
    descending: bool = False


_LAST_SEEN = (
    sa.select(sa.func.max(SignInSession.last_seen_at)).where(SignInSession.person_id == Person.id).scalar_subquery()
)
_ROLES = (
    sa.select(sa.func.array_agg(sa.distinct(RoleAssignment.role)))
    .where(RoleAssignment.person_id == Person.id)
    .scalar_subquery()
)
_SORTS: dict[str, Any] = {
    "name": sa.func.lower(Person.name),
    "email": Person.email,
    "created_at": Person.created_at,
}


def people_page(session: Session, wanted: PeopleFilter, page: PageRequest) -> Page[PersonRow]:
    """Matching people."""
    total = session.scalar(_matching(sa.select(sa.func.count()).select_from(Person), wanted)) or 0
    key = _SORTS[wanted.sort]
    order = (key.desc(), Person.id.desc()) if wanted.descending else (key, Person.id)
    columns = (Person.id, Person.name, Person.email, Person.active, Person.email_confirmed_at, Person.created_at)
    statement = _matching(sa.select(*columns, _LAST_SEEN, _ROLES), wanted).order_by(*order)
    rows = [
        PersonRow(
            id=person_id,
            name=name,
            email=email,
            active=active,
            confirmed=confirmed_at is not None,
            created_at=created_at,
            last_seen_at=seen_at,
            roles=_in_order(roles),
        )
        for person_id, name, email, active, confirmed_at, created_at, seen_at, roles in session.execute(
            statement.limit(page.size).offset(page.offset)
        )
    ]
    return Page(rows, total, page.number, page.size)


def _matching(statement: sa.Select[Any], wanted: PeopleFilter) -> sa.Select[Any]:
    if wanted.q:
        statement = statement.where(
            Person.name.icontains(wanted.q, autoescape=True) | Person.email.icontains(wanted.q, autoescape=True)
        )
    if wanted.active is not None:
        statement = statement.where(Person.active.is_(wanted.active))
    if wanted.role is not None:
        holds = sa.exists().where(RoleAssignment.person_id == Person.id, RoleAssignment.role == wanted.role)
        statement = statement.where(holds)
    return statement


def person_details(session: Session, person_id: UUID) -> PersonDetails | None:
    """One person."""
    row = session.execute(
        sa.select(
            Person.id,
            Person.name,
            Person.email,
            Person.language,
            Person.zone,
            Person.active,
            Person.email_confirmed_at.is_not(None),
            Person.created_at,
            Person.locked_until,
        ).where(Person.id == person_id)
    ).first()
    return PersonDetails(*row) if row else None


def roles_of(session: Session, person_id: UUID) -> Sequence[RoleRow]:
    """Every role of a person, with who gave it."""
    giver = aliased(Person)
    statement = (
        sa.select(
            RoleAssignment.id,
            RoleAssignment.person_id,
            RoleAssignment.role,
            RoleAssignment.scope,
            RoleAssignment.scope_id,
            RoleAssignment.granted_at,
            sa.func.coalesce(giver.name, ""),
        )
        .outerjoin(giver, giver.id == RoleAssignment.granted_by)
        .where(RoleAssignment.person_id == person_id)
        .order_by(RoleAssignment.id)
    )
    return [
        RoleRow(role_id, holder, Role(role), ScopeKind(scope), scope_id, granted_at, granted_by)
        for role_id, holder, role, scope, scope_id, granted_at, granted_by in session.execute(statement)
    ]


_MEMBERS = (
    sa.select(
        Person.id,
        Person.name,
        Person.email,
        sa.func.array_agg(aggregate_order_by(RoleAssignment.role, RoleAssignment.role)),
    )
    .join(RoleAssignment, RoleAssignment.person_id == Person.id)
    .where(RoleAssignment.scope == sa.bindparam("scope"), RoleAssignment.scope_id == ONE, Person.active)
    .group_by(Person.id)
    .order_by(sa.func.lower(Person.name), Person.id)
)


def members_of(session: Session, scope: ScopeKind, scope_id: UUID) -> Sequence[MemberRow]:
    """Active people with a role in one scope, by name. One query."""
    return [
        MemberRow(person_id, name, email, _in_order(roles))
        for person_id, name, email, roles in session.execute(_MEMBERS, {"scope": scope, "one": scope_id})
    ]


def assignment_for_update(session: Session, assignment_id: UUID) -> RoleAssignment | None:
    """The row, locked until the end of the transaction."""
    statement = sa.select(RoleAssignment).where(RoleAssignment.id == assignment_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def administrators_for_update(session: Session) -> frozenset[UUID]:
    """Ids of the active administrators, locked: two who remove each other wait for one another."""
    statement = (
        sa.select(RoleAssignment.person_id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(RoleAssignment.role == Role.ADMINISTRATOR, RoleAssignment.scope == ScopeKind.PLATFORM, Person.active)
        .order_by(RoleAssignment.id)
        .with_for_update()
    )
    return frozenset(session.scalars(statement))


def _in_order(roles: Sequence[str] | None) -> tuple[Role, ...]:
    """Roles, the weightiest first (the order in which Role names them)."""
    held = set(roles or ())
    return tuple(role for role in Role if role in held)

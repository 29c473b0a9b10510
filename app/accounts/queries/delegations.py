"""Readings of delegations: who acts for whom, and as what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Delegation, Person, RoleAssignment
from app.accounts.queries.actors import actor_of_person
from app.accounts.rules.delegation import (
    DELEGABLE,
    DelegationState,
    Period,
    delegated,
    same_office,
    state_of_delegation,
)
from app.audit.queries import stand_ins
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.events import DomainEvent
from app.core.paging import Page, PageRequest
from app.infra.db.statements import NOW, ONE

_DELEGATE = aliased(Person)
_COLUMNS: tuple[Any, ...] = (
    Delegation.id,
    Delegation.person_id,
    Person.name,
    Delegation.delegate_id,
    _DELEGATE.name,
    Delegation.starts_at,
    Delegation.ends_at,
    Delegation.reason,
    Delegation.made_at,
    Delegation.taken_up_at,
    Delegation.ended_at,
)
_SORTS: dict[str, Any] = {"starts_at": Delegation.starts_at, "person": sa.func.lower(Person.name)}


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A delegation as lists show it."""

    id: UUID
    state: DelegationState
    person_id: UUID
    person: str
    delegate_id: UUID
    delegate: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    made_at: datetime
    taken_up_at: datetime | None
    ended_at: datetime | None

    @property
    def first_day(self) -> datetime:
        """An instant of the first day, wherever it is read: its midnight in Brussels is still the day before in UTC."""
        return self.starts_at + timedelta(hours=12)

    @property
    def last_day(self) -> datetime:
        """An instant of the last day."""
        return self.ends_at - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the office, to be chosen."""

    id: UUID
    name: str
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class DelegationFilter:
    """Which delegations are wanted; empty fields do not narrow."""

    q: str = ""
    state: DelegationState | None = None
    sort: str = "starts_at"
    descending: bool = False


def _in_force(now: Any) -> tuple[sa.ColumnElement[bool], ...]:  # noqa: ANN401  # an instant or its parameter
    ended = (Delegation.ended_at.is_(None)) | (Delegation.ended_at > now)
    return (Delegation.starts_at <= now, Delegation.ends_at > now, ended)


def _rows() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join(Person, Person.id == Delegation.person_id)
        .join(_DELEGATE, _DELEGATE.id == Delegation.delegate_id)
    )


_TAKEN_ON = (
    _rows()
    .where(Delegation.delegate_id == ONE, *_in_force(NOW), Person.active)
    .order_by(Delegation.ends_at, Delegation.id)
)


def as_delegate(
    session: Session, actor: Actor, delegation_id: UUID, *, now: datetime, taken_up: bool = True
) -> Actor | None:
    """The actor acting for somebody else: with the other's roles as far as they can be handed over, and no others.

    What the other may not do for want of a second pair of eyes, the actor may not do for them. None where the
    delegation is not the actor's or not in force, where the two share no office any more, or, with ``taken_up``,
    where it was never taken up.
    """
    statement = sa.select(Delegation.person_id, Person.name, Delegation.ends_at).where(
        Delegation.id == delegation_id,
        Delegation.delegate_id == actor.person_id,
        *_in_force(now),
        Person.id == Delegation.person_id,
        Person.active,
    )
    if taken_up:
        statement = statement.where(Delegation.taken_up_at.is_not(None))
    found = session.execute(statement).first()
    if found is None:
        return None
    person_id, name, until = found
    giver = actor_of_person(session, person_id)
    if not same_office(giver.assignments, actor.assignments):
        return None
    return replace(
        actor,
        assignments=delegated(giver.assignments),
        also=actor.also | giver.persons,
        acting_for=person_id,
        acting_for_name=name,
        acting_until=until,
    )


def counted_on(session: Session, actor: Actor, event: type[DomainEvent], *subject_ids: UUID) -> frozenset[UUID]:
    """Everybody whom the actor counts as where four eyes are wanted on these subjects of ``event``.

    Besides ``actor.persons``, whoever did something there for one of them: two delegates of one person are one.
    One query.
    """
    return actor.persons | stand_ins(session, event.subject_kind, subject_ids, actor.persons)


def delegation_for_update(session: Session, delegation_id: UUID) -> Delegation | None:
    """The row, locked until the end of the transaction."""
    statement = sa.select(Delegation).where(Delegation.id == delegation_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def delegation(session: Session, delegation_id: UUID, *, now: datetime) -> DelegationRow | None:
    """One delegation."""
    found = session.execute(_rows().where(Delegation.id == delegation_id)).first()
    return _row(found, now) if found else None


def delegations_of(session: Session, person_id: UUID, *, now: datetime) -> tuple[DelegationRow, ...]:
    """Everything that a person handed over or took on, the latest first."""
    mine = (Delegation.person_id == person_id) | (Delegation.delegate_id == person_id)
    statement = _rows().where(mine).order_by(Delegation.starts_at.desc(), Delegation.id)
    return tuple(_row(row, now) for row in session.execute(statement))


def taken_on(session: Session, person_id: UUID | None, *, now: datetime) -> tuple[DelegationRow, ...]:
    """The delegations by which a person may act now, the one that ends first first."""
    return tuple(_row(row, now) for row in session.execute(_TAKEN_ON, {"one": person_id, "now": now}))


def delegations_page(
    session: Session, wanted: DelegationFilter, page: PageRequest, *, now: datetime
) -> Page[DelegationRow]:
    """Matching delegations. Two queries."""
    counting = (
        sa.select(sa.func.count())
        .select_from(Delegation)
        .join(Person, Person.id == Delegation.person_id)
        .join(_DELEGATE, _DELEGATE.id == Delegation.delegate_id)
    )
    total = session.scalar(_matching(counting, wanted, now)) or 0
    key = _SORTS[wanted.sort]
    order = (key.desc(), Delegation.id.desc()) if wanted.descending else (key, Delegation.id)
    statement = _matching(_rows(), wanted, now).order_by(*order).limit(page.size).offset(page.offset)
    return Page([_row(row, now) for row in session.execute(statement)], total, page.number, page.size)


def colleagues(session: Session) -> Sequence[Colleague]:
    """Everybody of the office whose tasks can be handed over, by name. One query."""
    statement = (
        sa.select(Person.id, Person.name, RoleAssignment.role, RoleAssignment.scope, RoleAssignment.scope_id)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(Person.active, RoleAssignment.role.in_(DELEGABLE))
        .order_by(sa.func.lower(Person.name), Person.id)
    )
    names: dict[UUID, str] = {}
    held: defaultdict[UUID, list[Assignment]] = defaultdict(list)
    for person_id, name, role, scope, scope_id in session.execute(statement):
        names[person_id] = name
        held[person_id].append(Assignment(Role(role), ScopeKind(scope), scope_id))
    return [Colleague(person_id, name, tuple(held[person_id])) for person_id, name in names.items()]


def _row(row: Any, now: datetime) -> DelegationRow:  # noqa: ANN401  # a row of the columns above
    delegation_id, *rest = row
    state = state_of_delegation(Period(row.starts_at, row.ends_at), row.ended_at, now)
    return DelegationRow(delegation_id, state, *rest)


def _matching(statement: sa.Select[Any], wanted: DelegationFilter, now: datetime) -> sa.Select[Any]:
    if wanted.q:
        found = Person.name.icontains(wanted.q, autoescape=True) | _DELEGATE.name.icontains(wanted.q, autoescape=True)
        statement = statement.where(found)
    ended = Delegation.ended_at <= now
    match wanted.state:
        case DelegationState.IN_FORCE:
            return statement.where(*_in_force(now))
        case DelegationState.ENDED:
            return statement.where(ended)
        case DelegationState.COMING:
            return statement.where(Delegation.starts_at > now, sa.or_(Delegation.ended_at.is_(None), ~ended))
        case DelegationState.OVER:
            return statement.where(Delegation.ends_at <= now, sa.or_(Delegation.ended_at.is_(None), ~ended))
        case None:
            return statement

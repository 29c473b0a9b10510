"""Requests to be erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.core.paging import Page, PageRequest
from app.data_protection.models import ErasureRequest
from app.data_protection.rules.lifecycle import ErasureState
from app.data_protection.schemas import ErasureRow

_DECIDER = aliased(Person)
_COLUMNS: tuple[Any, ...] = (
    ErasureRequest.id,
    ErasureRequest.person_id,
    Person.name,
    Person.email,
    ErasureRequest.words,
    ErasureRequest.state,
    ErasureRequest.asked_at,
    ErasureRequest.decided_at,
    sa.func.coalesce(_DECIDER.name, ""),
    ErasureRequest.reason,
)
_SORTS: dict[str, Any] = {"asked_at": ErasureRequest.asked_at, "name": sa.func.lower(Person.name)}


@dataclass(frozen=True, slots=True)
class ErasureFilter:
    """Which requests are wanted; empty fields do not narrow."""

    q: str = ""
    state: ErasureState | None = None
    sort: str = "asked_at"
    descending: bool = False


def erasures_page(session: Session, wanted: ErasureFilter, page: PageRequest) -> Page[ErasureRow]:
    """Matching requests. Two queries."""
    count = sa.select(sa.func.count()).select_from(ErasureRequest).join(Person, Person.id == ErasureRequest.person_id)
    total = session.scalar(_matching(count, wanted)) or 0
    key = _SORTS[wanted.sort]
    order = (key.desc(), ErasureRequest.id.desc()) if wanted.descending else (key, ErasureRequest.id)
    statement = _matching(_rows(), wanted).order_by(*order).limit(page.size).offset(page.offset)
    return Page([_row(row) for row in session.execute(statement)], total, page.number, page.size)


def erasure(session: Session, request_id: UUID) -> ErasureRow | None:
    """One request."""
    found = session.execute(_rows().where(ErasureRequest.id == request_id)).first()
    return _row(found) if found else None


def erasures_of(session: Session, person_id: UUID) -> tuple[ErasureRow, ...]:
    """Every request of one person, the latest first."""
    statement = _rows().where(ErasureRequest.person_id == person_id).order_by(ErasureRequest.asked_at.desc())
    return tuple(_row(row) for row in session.execute(statement))


def open_erasure_for_update(session: Session, person_id: UUID) -> ErasureRequest | None:
    """The request of a person that waits for a decision, locked."""
    waiting = (ErasureRequest.person_id == person_id, ErasureRequest.state == ErasureState.ASKED)
    return session.scalars(sa.select(ErasureRequest).where(*waiting).with_for_update()).one_or_none()


def erasure_for_update(session: Session, request_id: UUID) -> ErasureRequest | None:
    """One request, locked until the end of the transaction."""
    statement = sa.select(ErasureRequest).where(ErasureRequest.id == request_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def _rows() -> sa.Select[Any]:
    return (
        sa.select(*_COLUMNS)
        .join(Person, Person.id == ErasureRequest.person_id)
        .outerjoin(_DECIDER, _DECIDER.id == ErasureRequest.decided_by)
    )


def _row(row: Any) -> ErasureRow:  # noqa: ANN401  # a row of the columns above
    request_id, person_id, name, email, words, state, *rest = row
    return ErasureRow(request_id, person_id, name, email, words, ErasureState(state), *rest)


def _matching(statement: sa.Select[Any], wanted: ErasureFilter) -> sa.Select[Any]:
    if wanted.state is not None:
        statement = statement.where(ErasureRequest.state == wanted.state)
    if wanted.q:
        found = Person.name.icontains(wanted.q, autoescape=True) | Person.email.icontains(wanted.q, autoescape=True)
        statement = statement.where(found)
    return statement

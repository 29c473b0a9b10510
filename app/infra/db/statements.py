"""Statements that are built once and run often: what differs from run to run stands in named parameters.

Building a statement costs several times what sending it does, so the queries of pages that many
people open are constants of their module, or kept by their filter.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.actor import ScopeKind
from app.infra.db.base import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.core.actor import Actor, Role

ONE: sa.BindParameter[UUID] = sa.bindparam("one", type_=sa.Uuid())
"""An id: ``{"one": id}``."""
TODAY: sa.BindParameter[date] = sa.bindparam("today", type_=sa.Date())
"""The day of the request: ``{"today": today}``."""
NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=UtcDateTime())
"""The instant of the request: ``{"now": now}``."""
SIZE: sa.BindParameter[int] = sa.bindparam("size", type_=sa.Integer())
OFFSET: sa.BindParameter[int] = sa.bindparam("offset", type_=sa.Integer())
"""A page of a list: ``{"size": page.size, "offset": page.offset}``."""
TOTAL = sa.func.count().over().label("total")
"""A last column of a list that says how many there are without ``SIZE`` and ``OFFSET``, for ``total_of``."""
MOST_KEPT = 256
"""Statements that are kept for each list, one for each filter and order that people choose."""


def among(column: Any, name: str = "many") -> sa.ColumnElement[bool]:  # noqa: ANN401  # a mapped column
    """The column is one of the ids ``{name: [id, ...]}``: one statement, however many there are."""
    found: sa.ColumnElement[bool] = column == sa.any_(sa.bindparam(name, type_=ARRAY(sa.Uuid())))
    return found


def is_not_among(column: Any, name: str) -> sa.ColumnElement[bool]:  # noqa: ANN401  # a mapped column
    """The column is none of the ids, or empty."""
    return sa.not_(sa.func.coalesce(among(column, name), sa.false()))


def total_of(session: Session, statement: sa.Select[Any], asked: Mapping[str, Any], rows: Sequence[sa.Row[Any]]) -> int:
    """How many there are on all pages of a list that has ``TOTAL`` as its last column. A query where its page is empty."""
    if rows:
        return int(rows[0][-1])
    if not asked["offset"]:
        return 0
    first = session.execute(statement, {**asked, "size": 1, "offset": 0}).first()
    return int(first[-1]) if first is not None else 0


def in_scope(name: str, programme: Any, call: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401  # mapped columns
    """A call lies where somebody holds certain roles; ``scope`` with the same name says who and which."""
    everywhere = sa.bindparam(f"{name}_everywhere", type_=sa.Boolean())
    return sa.or_(everywhere, among(programme, f"{name}_programmes"), among(call, f"{name}_calls"))


def scope(name: str, actor: Actor, *roles: Role) -> dict[str, Any]:
    """The parameters of ``in_scope``."""
    held = actor.scopes_of(*roles)
    return {
        f"{name}_everywhere": any(one.scope == ScopeKind.PLATFORM for one in held),
        f"{name}_programmes": [one.scope_id for one in held if one.scope == ScopeKind.PROGRAMME],
        f"{name}_calls": [one.scope_id for one in held if one.scope == ScopeKind.CALL],
    }

"""Statements that are built once and run often: what differs from run to run stands in named parameters.

Building a statement costs several times what sending it does, so the queries of pages that many
people open are constants of their module, or kept by their filter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.infra.db.base import UtcDateTime

ONE: sa.BindParameter[UUID] = sa.bindparam("one", type_=sa.Uuid())
"""An id: ``{"one": id}``."""
MANY: sa.BindParameter[Any] = sa.bindparam("many", type_=ARRAY(sa.Uuid()))
"""Ids: ``{"many": [id, ...]}``, for ``among``."""
NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=UtcDateTime())
"""The instant of the request: ``{"now": now}``."""
SIZE: sa.BindParameter[int] = sa.bindparam("size", type_=sa.Integer())
OFFSET: sa.BindParameter[int] = sa.bindparam("offset", type_=sa.Integer())
"""A page of a list: ``{"size": page.size, "offset": page.offset}``."""
MOST_KEPT = 256
"""Statements that are kept for each list, one for each filter and order that people choose."""


def among(column: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401  # a mapped column
    """The column is one of ``MANY``: one statement, however many there are."""
    found: sa.ColumnElement[bool] = column == sa.any_(MANY)
    return found

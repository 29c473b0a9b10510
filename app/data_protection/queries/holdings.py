"""One kind of record that may hold something of a person, as the inventory lists it.

The outbox and the answers kept for forms stand above this area: they are named as tables, so that nothing here
depends on what depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.infra.db.base import UtcDateTime

PERSON: sa.BindParameter[Any] = sa.bindparam("person", type_=sa.Uuid())
EMAIL: sa.BindParameter[Any] = sa.bindparam("email", type_=sa.Text())
MESSAGE = sa.table(
    "message",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("address", sa.Text()),
    sa.column("kind", sa.Text()),
    sa.column("subject", sa.Text()),
    sa.column("text", sa.Text()),
    sa.column("html", sa.Text()),
    sa.column("state", sa.Text()),
    sa.column("created_at", UtcDateTime()),
    sa.column("sent_at", UtcDateTime()),
)
ANSWERED = sa.table(
    "answered_request",
    sa.column("person_id", sa.Uuid()),
    sa.column("path", sa.Text()),
    sa.column("answered_at", UtcDateTime()),
)

Columns = tuple[tuple[str, str, Any], ...]
RECORD = "It is part of the record of the procedure and names the person by number only."
SIGNED = "The act stays; the name stays beside it while the act must be kept."


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind: its name in the file, its title, its columns (name, words, expression), whose rows they are."""

    key: str
    title: str
    columns: Columns
    source: Any
    where: Any
    """Condition on ``person`` (id) or ``email``."""
    goes: bool
    """Whether an erasure takes it."""
    why: str
    """What exactly goes, or why it stays."""
    tables: tuple[str, ...] = ()
    """Tables of which it shows a person's rows; a test compares them with every table that names a person."""

    @property
    def statement(self) -> sa.Select[Any]:
        """The rows in the order of the first column."""
        columns = [column.label(name) for name, _, column in self.columns]
        return sa.select(*columns).select_from(self.source).where(self.where).order_by(self.columns[0][2])

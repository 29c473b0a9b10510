"""Base of all tables, the naming of constraints and the column types."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID  # SQLAlchemy reads the annotation at run time

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from app.core.lifecycle import Lifecycle
from app.core.money import Money

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class MoneyCents(TypeDecorator[Money]):
    """Money in euro as BIGINT cents."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Cents of the amount; another currency is refused."""
        if value is None:
            return None
        if value.currency != "EUR":
            raise ValueError("this column holds euro")
        return value.cents

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Money | None:  # noqa: ARG002  # SQLAlchemy's signature
        """The amount."""
        return None if value is None else Money(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: always with a zone, read back in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Refuse an instant without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """The instant in UTC."""
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Declarative base. Relationships are not used: queries say what they read."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads this attribute
        Money: MoneyCents,
        datetime: UtcDateTime,
        str: sa.Text,
        UUID: sa.Uuid,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    """CHECK that ``column`` holds a value of the enumeration."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({allowed})", name=column)


def state_of(lifecycle: Lifecycle[Any, Any], column: str = "state") -> sa.CheckConstraint:
    """CHECK that ``column`` holds a state of the lifecycle."""
    allowed = ", ".join(f"'{state}'" for state in lifecycle.states)
    return sa.CheckConstraint(f"{column} in ({allowed})", name=column)

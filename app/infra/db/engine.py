"""Database: engine, transactions and the reading of its clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.infra.db.cursor import PlainCursor

SEARCH_PATH = "public,jobs"
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 20_000
STATEMENTS = 2_000
"""Statements that the engine keeps compiled and a connection prepared: we know far more than either keeps by itself."""
RETRY_STATES = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the same work may simply be done again."""


_ASKS_FOR_COLUMNS: WeakKeyDictionary[sa.Select[Any], bool] = WeakKeyDictionary()


class ReadingSession(Session):
    """A session that writes nothing: a statement that asks for columns goes straight to its connection.

    The way of a session flushes what was changed and gets ready for objects. Where nothing can be changed and no object
    is asked for, that costs as much as the statement itself. The rows are the same.
    """

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401  # as the session has it
        """The rows of a statement."""
        if options or not asks_for_columns(statement):
            return super().execute(statement, params, **options)
        return self.connection().execute(statement, params)

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:  # noqa: ANN401  # as the session has it
        """The first column of the rows."""
        if options or not asks_for_columns(statement):
            return super().scalars(statement, params, **options)
        return self.connection().scalars(statement, params)


def asks_for_columns(statement: object) -> bool:
    """Whether a statement selects columns and expressions only, no whole objects."""
    if not isinstance(statement, sa.Select):
        return False
    known = _ASKS_FOR_COLUMNS.get(statement)
    if known is None:
        known = not any(isinstance(each["expr"], type) or each.get("aliased") for each in statement.column_descriptions)
        _ASKS_FOR_COLUMNS[statement] = known
    return known


def connection_options(*, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS) -> str:
    """PostgreSQL start options that every connection of ours carries."""
    return (
        f"-c search_path={SEARCH_PATH} -c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MS} "
        f"-c statement_timeout={statement_timeout_ms}"
    )


class Database:
    """One engine and its transactions."""

    def __init__(self, url: str, *, pool_size: int = 16, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS) -> None:
        """``pool_size`` equals the number of threads, so that no thread waits for a connection."""
        self.url = url
        self.engine = sa.create_engine(
            url,
            pool_size=pool_size,
            max_overflow=4,
            pool_pre_ping=True,
            query_cache_size=STATEMENTS,
            connect_args={
                "options": connection_options(statement_timeout_ms=statement_timeout_ms),
                "application_name": "grappe",
                "cursor_factory": PlainCursor,
            },
        )
        sa.event.listen(self.engine, "connect", _keep_prepared)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end of the block and rolls back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment and cannot write."""
        with ReadingSession(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
            yield session
            session.rollback()

    def read_clock(self) -> tuple[datetime, datetime, datetime]:
        """The database's instant, and ours before and after asking."""
        with self.engine.connect() as connection:
            connection.execute(sa.text("select 1"))
            asked = datetime.now(UTC)
            told = connection.execute(sa.text("select clock_timestamp()")).scalar_one()
            return told.astimezone(UTC), asked, datetime.now(UTC)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _keep_prepared(connection: Any, _record: object) -> None:  # noqa: ANN401  # a connection of the driver
    connection.prepared_max = STATEMENTS


def may_retry(error: sa.exc.DBAPIError) -> bool:
    """Whether the failed transaction may simply be run again."""
    return getattr(error.orig, "sqlstate", None) in RETRY_STATES

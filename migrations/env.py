"""Alembic's environment: our metadata, and the connection or URL that the caller hands over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from app.all_models import metadata
from app.infra.db.engine import connection_options

MIGRATION_TIMEOUT_MS = 600_000


def ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:  # noqa: ANN401, ARG001, FBT001  # Alembic's signature
    """Leave the queue's own tables alone: they live in the schema ``jobs``."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    """Migrate the database that ``attributes['connection']`` or ``sqlalchemy.url`` names."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    url = (
        context.get_x_argument(as_dictionary=True).get("url") or context.config.get_main_option("sqlalchemy.url") or ""
    )
    options = connection_options(statement_timeout_ms=MIGRATION_TIMEOUT_MS)
    engine = sa.create_engine(url, connect_args={"options": options}, poolclass=sa.NullPool)
    with engine.connect() as connection:
        migrate(connection)
        connection.commit()


def migrate(connection: sa.Connection) -> None:
    """Run the revisions in one transaction."""
    context.configure(
        connection=connection, target_metadata=metadata, include_object=ours, compare_server_default=False
    )
    with context.begin_transaction():
        context.run_migrations()


run()

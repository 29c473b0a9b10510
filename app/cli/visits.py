"""``grappe visits NAME``: what is held of a visitor who has no account and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from app.data_protection.queries.visits import VisitRow


def visits(name: str) -> None:
    """Print every stay under that name, with the organisation that was paid, for the answer to a visitor who asks."""
    from app.data_protection.queries.visits import visits_of
    from app.delivery.runtime import build_runtime
    from app.settings import load_settings

    runtime = build_runtime(load_settings())
    try:
        with runtime.database.reading() as session:
            rows = visits_of(session, name)
        for row in rows:
            typer.echo(_line(row))
        if not rows:
            typer.echo("Nothing is held under this name.")
    finally:
        runtime.close()


def _line(row: VisitRow) -> str:
    document = "; a document about the stay is held" if row.document else ""
    return (
        f"{row.visitor} of {row.organisation}: {row.first_day} to {row.last_day} at {row.host}, "
        f"EUR {row.amount.amount}, grant {row.grant}{document}"
    )

"""``grappe retention``: let go what was kept long enough, or say what would go."""

from __future__ import annotations

from typing import Annotated

import typer

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what is due; change nothing.")]


def retention(dry_run: DryRun = False) -> None:
    """Let every record go whose time is over, kind by kind."""
    from app.core.actor import SYSTEM
    from app.data_protection.queries.due import retention_rows
    from app.data_protection.use_cases.apply_retention import apply_retention
    from app.delivery.let_go import remove_contents
    from app.delivery.runtime import build_runtime
    from app.settings import load_settings

    runtime = build_runtime(load_settings())
    try:
        now = runtime.clock.now()
        with runtime.database.reading() as session:
            rows = [row for row in retention_rows(session, now=now) if row.due]
        for row in rows:
            records = row.due
            if not dry_run:
                with runtime.database.transaction() as session:
                    applied = apply_retention(session, SYSTEM, row.line.kind, now=now)
                remove_contents(runtime, applied)
                records = applied.records
            typer.echo(f"{row.line.title}: {records} {'due' if dry_run else 'let go'}")
        if not rows:
            typer.echo("Nothing is due.")
    finally:
        runtime.close()

"""``grappe backup`` and ``grappe restore``: the whole installation in a folder, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

Target = Annotated[Path, typer.Argument(help="A folder that does not exist yet.", show_default=False)]
Source = Annotated[Path, typer.Argument(help="The folder of a backup.", show_default=False)]


def backup(folder: Target) -> None:
    """Write everything of this moment into FOLDER: all rows, all files, a manifest with their hashes.

    Servers and workers may go on meanwhile. Keys are left out: keep the secret key and the folder of the seal apart,
    they never change. Exits with 1 where a file could not be read; all the rest is in the backup then.
    """
    from app.delivery.backup import BackupError, make_backup
    from app.delivery.runtime import build_runtime
    from app.settings import load_settings

    runtime = build_runtime(load_settings())
    try:
        manifest = make_backup(runtime, folder, now=runtime.clock.now())
    except (BackupError, OSError) as error:
        _stop(str(error))
    finally:
        runtime.close()
    typer.echo(
        f"{manifest.rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files, "
        f"{manifest.events} events in {manifest.chains} chains: {folder}"
    )
    typer.echo(f"Not in it, keep them apart: {_keys(runtime)}")
    for sha256 in manifest.missing:
        typer.secho(f"file {sha256} could not be read", err=True, fg=typer.colors.RED)
    if manifest.missing:
        typer.echo("If `grappe retention` ran meanwhile, make another backup; else see `grappe verify`.", err=True)
        raise typer.Exit(1)


def restore(folder: Source) -> None:
    """Bring a backup from FOLDER back into an empty database and an installation that is not running, then verify it.

    Put the secret key and the folder of the seal in place first. Nothing is changed where the database is not empty,
    the backup is damaged, or a newer Grappe made it. A mail that left after the backup may leave again.
    """
    from app.delivery.backup import BackupError, has_same_key, restore_backup
    from app.delivery.runtime import build_runtime
    from app.jobs.verify import verify_everything
    from app.settings import load_settings

    runtime = build_runtime(load_settings())
    try:
        manifest = restore_backup(runtime, folder)
        typer.echo(
            f"{manifest.rows} rows and {len(manifest.files)} files of {manifest.made_at:%Y-%m-%d %H:%M} UTC are back."
        )
        if not has_same_key(runtime, manifest):
            words = "The secret key is another one: links in mails no longer work, and second steps are set up anew."
            typer.secho(words, err=True, fg=typer.colors.YELLOW)
        report = verify_everything(runtime)
    except (BackupError, OSError) as error:
        _stop(str(error))
    finally:
        runtime.close()
    for fault in report.faults:
        typer.secho(fault, err=True, fg=typer.colors.RED)
    if not report.whole:
        raise typer.Exit(1)
    typer.echo("History is whole.")


def _keys(runtime: Runtime) -> str:
    settings = runtime.settings
    configured = bool(settings.secret_key.get_secret_value())
    key = "GRAPPE_SECRET_KEY" if configured else str(settings.data_dir / "secret.key")
    return f"{key} and {runtime.seal_dir}"


def _stop(words: str) -> NoReturn:
    typer.secho(words, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)

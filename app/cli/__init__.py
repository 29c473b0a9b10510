"""The command line: ``grappe serve | worker | migrate | demo | verify | backup | restore | retention | visits | call ...``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, NoReturn

import typer

from app.settings import Mode, Settings, load_settings

main = typer.Typer(no_args_is_help=True, add_completion=False, help="Grappe: grant programmes for business clusters.")

Port = Annotated[int, typer.Option(help="Port to listen on.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Now = Annotated[str | None, typer.Option(help="Start the clock at this instant (demo and rehearsal only).")]


def _settings(**changes: object) -> Settings:
    """The environment's settings with the command's own on top; exit with words where they do not fit."""
    try:
        return Settings(**(load_settings().model_dump(exclude_unset=True) | changes))
    except ValueError as error:
        _stop(str(error))


def _stop(words: str) -> NoReturn:
    typer.secho(words, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)


@main.command()
def serve(port: Port = 8000, host: Host = "127.0.0.1", now: Now = None) -> None:
    """Serve pages and API; run jobs too with the embedded database."""
    from app.processes import serve_forever

    changes: dict[str, object] = {}
    if now is not None:
        changes["now"] = _instant(now)
    serve_forever(_settings(**changes), host=host, port=port)


@main.command()
def worker() -> None:
    """Run jobs until stopped; any number of workers may run."""
    from app.processes import work_forever

    work_forever(_settings())


@main.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    from app.delivery.runtime import build_runtime
    from app.infra.db.migrations import upgrade

    runtime = build_runtime(_settings())
    upgrade(runtime.database.url)
    runtime.close()
    typer.echo("The database is up to date.")


@main.command()
def demo(port: Port = 8000, host: Host = "127.0.0.1", now: Now = None) -> None:
    """Load a living demo beside any real data, and serve it."""
    from app.demo.run import run_demo

    base = load_settings()
    changes: dict[str, object] = {
        "mode": Mode.DEMO,
        "data_dir": base.data_dir / "demo",
        "base_url": f"http://{host}:{port}",
    }
    if now is not None:
        moment = changes["now"] = _instant(now)
        changes["data_dir"] = base.data_dir / f"demo-{moment:%Y%m%dT%H%M%S}"  # a past of its own
    run_demo(_settings(**changes), host=host, port=port)


@main.command()
def verify() -> None:
    """Check that what was recorded is untouched and that all that is said of the money agrees; exit with 1 where not."""
    from app.delivery.runtime import build_runtime
    from app.jobs.verify import verify_everything

    runtime = build_runtime(_settings())
    report = verify_everything(runtime)
    runtime.close()
    typer.echo(
        f"{report.events} events in {report.chains} chains, {report.entries} entries of the ledger, "
        f"{report.payments} payments, {report.calculations} calculations, "
        f"{report.files} files, {report.sealed} of them sealed documents, {report.roots} sealed roots of the log."
    )
    for fault in report.faults:
        typer.secho(fault, err=True, fg=typer.colors.RED)
    if not report.whole:
        raise typer.Exit(1)
    typer.echo("History is whole.")


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        _stop(f"{text!r} is no instant; write for example 2019-04-04T16:59:00+02:00")


def _add_groups() -> None:
    from app.cli.backup import backup, restore
    from app.cli.calls import calls
    from app.cli.people import administrator
    from app.cli.retention import retention
    from app.cli.visits import visits

    main.add_typer(calls, name="call")
    main.command()(administrator)
    main.command()(retention)
    main.command()(visits)
    main.command()(backup)
    main.command()(restore)


_add_groups()

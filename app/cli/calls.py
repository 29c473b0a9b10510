"""``grappe call ...``: check a call file, try it with sample applications, import and publish it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.calls.rules.document import Reading
    from app.core.actor import Actor
    from app.core.violations import Violation
    from app.delivery.runtime import Runtime
    from app.rehearsal.rules.trial import Trial

calls = typer.Typer(no_args_is_help=True, help="Calls: check, try, import and publish their documents.")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The call file (YAML).")]
As = Annotated[str, typer.Option("--as", help="E-mail address of the person who acts; without it, the system.")]


@calls.command()
def check(file: File) -> None:
    """Tell every mistake and contradiction of a call file with its line; exit with 1 where there is one."""
    reading = _read(file)
    if _tell(reading.findings):
        raise typer.Exit(1)
    for rules in reading.versions:
        typer.echo(f"{rules.identity.identifier}, version {rules.version}: SHA-256 {rules.sha256}")
    assumed = reading.latest.assumed()
    if assumed:
        typer.echo(f"{len(assumed)} entries are assumed; publishing them needs a confirmation: {', '.join(assumed)}")
    typer.secho("Nothing wrong was found.", fg=typer.colors.GREEN)


@calls.command("try")
def try_(
    file: File,
    scenarios: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The sample applications (YAML).")],
) -> None:
    """Run sample applications through a call; exit with 1 where something else comes of one than expected."""
    from app.calls.rules.scenarios import read_scenarios
    from app.infra.yaml_documents import YamlDocumentError, read_yaml
    from app.rehearsal.use_cases.try_call import try_call

    reading = _read(file)
    if not reading.versions or _stops(reading.findings):
        _tell(reading.findings)
        raise typer.Exit(1)
    versions = {rules.version: rules for rules in reading.versions}
    try:
        document = read_yaml(scenarios.read_bytes())
    except YamlDocumentError as error:
        _stop(f"{scenarios}: {error.message}")
    found, mistakes = read_scenarios(document.tree, document.lines, versions)
    if _tell(mistakes) or found is None:
        raise typer.Exit(1)
    trials = try_call(versions, found)
    for trial in trials:
        _tell_trial(trial)
    failed = [trial for trial in trials if not trial.passed]
    typer.echo(f"{len(trials) - len(failed)} of {len(trials)} sample applications came out as expected.")
    if failed:
        raise typer.Exit(1)


@calls.command("import")
def import_(file: File, acting: As = "") -> None:
    """Store a call file as drafts; nothing becomes public."""
    from app.applications.queries.office_calls import office_call
    from app.calls.use_cases.import_call import import_call

    with _acting(acting) as (session, actor, runtime):
        saved = import_call(session, actor, file.read_bytes(), now=runtime.clock.now())
        call = office_call(session, saved.call_id, now=runtime.clock.now())
    _tell(saved.findings)
    waiting = f"version {call.waiting} waits as a draft" if call.waiting else "every version is published already"
    typer.echo(f"{call.identifier}: {waiting}.")


@calls.command()
def programme(
    code: Annotated[str, typer.Argument(help="Short code, such as COSME.")],
    title: Annotated[str, typer.Argument(help="Name of the programme.")],
    acting: As = "",
) -> None:
    """Create a programme, under which calls are imported."""
    from pydantic import ValidationError

    from app.calls.schemas import NewProgramme
    from app.calls.use_cases.create_programme import create_programme

    try:
        wanted = NewProgramme(code=code, title=title)
    except ValidationError:
        _stop("A code is letters, digits and dashes, beginning with a capital letter; a title is not empty.")
    with _acting(acting) as (session, actor, runtime):
        create_programme(session, actor, wanted, now=runtime.clock.now())
    typer.echo(f"The programme {code} is there.")


@calls.command()
def publish(
    identifier: Annotated[str, typer.Argument(help="Identifier of the call in any spelling.")],
    confirm_assumed: Annotated[bool, typer.Option(help="Stand behind figures that nobody read.")] = False,
    acting: As = "",
) -> None:
    """Publish the draft of a call: its first version, or the next one as a corrigendum."""
    from app.applications.queries.office_calls import call_scope, office_call
    from app.calls.rules.lifecycle import CallState
    from app.calls.use_cases.correct_call import correct_call
    from app.calls.use_cases.publish_call import publish_call
    from app.core.errors import NotFoundError

    with _acting(acting) as (session, actor, runtime):
        scope = call_scope(session, identifier)
        if scope is None:
            raise NotFoundError("call")
        now = runtime.clock.now()
        first = office_call(session, scope[0], now=now).state == CallState.DRAFT
        (publish_call if first else correct_call)(session, actor, scope[0], confirmed=confirm_assumed, now=now)
        call = office_call(session, scope[0], now=now)
    typer.echo(f"{call.identifier}: version {call.version} is published.")


@contextmanager
def _acting(email: str) -> Iterator[tuple[Session, Actor, Runtime]]:
    """A transaction, who acts in it, and the runtime; a refusal is told in words and exits with 1."""
    from app.accounts.queries import actor_of_person, credentials_of_email
    from app.core.actor import SYSTEM
    from app.core.errors import DomainError
    from app.delivery.runtime import build_runtime
    from app.settings import load_settings

    runtime = build_runtime(load_settings())
    try:
        with runtime.database.transaction() as session:
            actor = SYSTEM
            if email:
                known = credentials_of_email(session, email.strip().lower())
                if known is None:
                    _stop(f"Nobody has the address {email}.")
                actor = actor_of_person(session, known.person_id)
            yield session, actor, runtime
    except DomainError as error:
        _tell(error.violations)
        raise typer.Exit(1) from None
    finally:
        runtime.close()


def _read(file: Path) -> Reading:
    from app.calls.rules.document import read_document
    from app.infra.yaml_documents import YamlDocumentError, read_yaml

    try:
        document = read_yaml(file.read_bytes())
    except YamlDocumentError as error:
        _stop(f"{file}: {error.message}")
    return read_document(document.tree, document.lines)


def _stops(findings: Iterable[Violation]) -> bool:
    from app.core.violations import blocking

    return bool(blocking(tuple(findings)))


def _tell(findings: Iterable[Violation]) -> bool:
    """Print every finding with its place; whether one of them stops."""
    told = tuple(findings)
    for finding in told:
        stops = _stops([finding])
        typer.secho(str(finding), err=True, fg=typer.colors.RED if stops else typer.colors.YELLOW)
    return _stops(told)


def _tell_trial(trial: Trial) -> None:
    words = f"{trial.scenario.id} (version {trial.version}): {trial.scenario.title}"
    if trial.passed:
        typer.secho(f"as expected  {words}", fg=typer.colors.GREEN)
        return
    typer.secho(f"different    {words}", err=True, fg=typer.colors.RED)
    for missing in trial.missing:
        typer.secho(f"  expected, not found: {missing.rule} ({missing.severity.value})", err=True)
    for extra in trial.unexpected:
        typer.secho(f"  found, not expected: {extra}", err=True)
    for line in trial.totals:
        if not line.agrees:
            typer.secho(f"  {line.name}: expected {line.expected}, found {line.found}", err=True)


def _stop(words: str) -> NoReturn:
    typer.secho(words, err=True, fg=typer.colors.RED)
    raise typer.Exit(1)

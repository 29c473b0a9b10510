"""Form fields to Pydantic commands and back, with every error at its field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel
from starlette.datastructures import FormData

from app.core.canonical import canonical_json
from app.core.errors import (
    DomainError,
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SecondStepRequiredError,
    SignInRequiredError,
    StaleVersionError,
    TooManyAttemptsError,
    TryAgainError,
)
from app.core.money import Money
from app.delivery.status_codes import status_of
from app.delivery.unit_of_work import READ, run
from app.delivery.validation import REQUIRED, command_of
from app.infra.templates import translator
from app.web.pages import page
from app.web.words import FIELDS

if TYPE_CHECKING:
    from starlette.responses import Response

    from app.core.violations import Violation
    from app.delivery.guards import Guard
    from app.delivery.incoming import Incoming
    from app.delivery.unit_of_work import Work

Command = TypeVar("Command", bound=BaseModel)
_OURS = frozenset({"_csrf", "_key", "_version", "_second_step", "_recovery_code"})
_NOT_FOR_A_FORM = (
    SecondStepRequiredError,
    SignInRequiredError,
    NotPermittedError,
    NotFoundError,
    TooManyAttemptsError,
    TryAgainError,
)
_DATE_PARTS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class FormView:
    """What the form macros show: typed values, and findings by field."""

    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    status: int = 200
    version: str = ""
    """After a refusal: the row version that was sent, or after a stale write the one that is stored, so that
    sending again means choosing one's own text."""
    theirs: Mapping[str, str] = field(default_factory=dict)
    """After a stale write: what a colleague stored, by field."""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> FormView:
        """A form filled with stored values."""
        typed = {name: _texts(value) for name, value in values.items()}
        for name, value in values.items():
            if isinstance(value, date):
                typed |= {f"{name}-{part}": [str(getattr(value, part))] for part in _DATE_PARTS}
        return cls(typed)

    @classmethod
    def refused(cls, form: FormData | None, error: DomainError) -> FormView:
        """What was typed, with the findings of the refusal."""
        stale = error if isinstance(error, StaleVersionError) else None
        sent = form.get("_version", "") if form is not None else ""
        return cls(
            typed_in(form),
            error.violations,
            status=status_of(error),
            version=str(stale.current if stale else sent),
            theirs=stale.theirs if stale else {},
        )

    def value(self, name: str) -> str:
        """The text of a field."""
        texts = self.typed.get(name, ())
        return texts[0] if texts else ""

    def values(self, name: str) -> list[str]:
        """All texts of a repeated field."""
        return list(self.typed.get(name, ()))

    def errors(self, name: str) -> list[Violation]:
        """Findings at this field."""
        return [violation for violation in self.violations if violation.place == name]


def typed_in(form: FormData | None) -> dict[str, list[str]]:
    """What was typed, without files and our own hidden fields."""
    result: dict[str, list[str]] = {}
    for name, value in form.multi_items() if form is not None else ():
        if isinstance(value, str) and name not in _OURS:
            result.setdefault(name, []).append(value)
    return result


def command_from(
    form: FormData | None, kind: type[Command], *, lists: Sequence[str] = (), leave: Sequence[str] = ()
) -> Command:
    """The command that the form carries; raise RulesViolated with all errors at once.

    ``lists`` names fields that may repeat; of any other repeated field the last counts.
    ``leave`` names fields that the handler reads itself.
    """
    data: dict[str, Any] = {
        name: values if name in lists else values[-1]
        for name, values in _with_dates(typed_in(form), kind).items()
        if name not in leave and not _left_out(kind, name, values)
    }
    for name in lists:
        data.setdefault(name, [])
    version = form.get("_version") if form is not None else None
    if isinstance(version, str) and "version" in kind.model_fields:
        data["version"] = version
    return command_of(kind, data)


def part_of(form: FormData | None, part: str) -> FormData:
    """One form out of several on a page, whose fields are named ``part.field``; our own hidden fields come along."""
    items = form.multi_items() if form is not None else ()
    begin = f"{part}."
    return FormData(
        [
            (name.removeprefix(begin), value)
            for name, value in items
            if name.startswith(begin) or (name in _OURS and isinstance(value, str))
        ]
    )


@contextmanager
def within(part: str) -> Iterator[None]:
    """Findings of one form out of several: each is placed at the field as the page names it."""
    try:
        yield
    except RulesViolatedError as refused:
        found = [each.at(f"{part}.{each.place}") if each.place else each for each in refused.violations]
        raise RulesViolatedError(found) from refused


def attempt(
    incoming: Incoming,
    guard: Guard,
    do: Callable[[], Response],
    again: Callable[[Work, FormView], Response],
) -> Response:
    """The answer of ``do``; where it is refused, the page ``again`` with what was typed and why it was refused.

    ``again`` runs in a reading transaction of its own under ``guard`` and shows the form by form_page.
    Refusals that no form can cure (sign-in, permission, existence, rate) are left to the error pages.
    """
    try:
        return do()
    except _NOT_FOR_A_FORM:
        raise
    except DomainError as error:
        refused = FormView.refused(incoming.form, error)
        return run(incoming, READ, guard, lambda work: again(work, refused))


def form_page(
    work: Work,
    template: str,
    form: FormView,
    *,
    labels: Mapping[str, str] = FIELDS,
    **context: Any,  # noqa: ANN401  # what the template reads
) -> Response:
    """The page with the form; after a refusal with its findings above, each with the label of its field, and its status."""
    named = [_named(violation, labels, work.known.language) for violation in form.violations]
    return page(work, template, status=form.status, errors=named, form=form, labels=labels, **context)


def _named(violation: Violation, labels: Mapping[str, str], language: str) -> Violation:
    say = translator(language)
    label = labels.get(violation.place) or (_missing(violation.place) if violation.rule == REQUIRED else "")
    return replace(violation, message=f"{say(label)}: {say(violation.message)}") if label else violation


def _missing(place: str) -> str:
    """The name of a field that must be filled, wherever its form shows it: of no use without it."""
    name = place.rpartition(".")[2]
    return FIELDS.get(name, name.replace("_", " ").capitalize())


def version_in(form: FormData | None) -> str:
    """The version of the row that the form was opened with; empty where it has none."""
    sent = form.get("_version") if form is not None else None
    return sent if isinstance(sent, str) else ""


def body_of(form: FormData | None) -> bytes:
    """What was typed as bytes, for ``delivery.idempotency.once``: the same form gives the same bytes."""
    return canonical_json(typed_in(form))


def _left_out(kind: type[BaseModel], name: str, values: Sequence[str]) -> bool:
    """An empty field that must be filled is missing, whatever kind of value it wants."""
    wanted = kind.model_fields.get(name)
    return wanted is not None and wanted.is_required() and not any(value.strip() for value in values)


def _with_dates(typed: dict[str, list[str]], kind: type[BaseModel]) -> dict[str, list[str]]:
    """Day, month and year of a date field as one ISO date; nothing typed is an empty text."""
    result = dict(typed)
    for name in kind.model_fields:
        parts = [result.pop(f"{name}-{part}", [""])[-1].strip() for part in _DATE_PARTS if f"{name}-{part}" in typed]
        if len(parts) == len(_DATE_PARTS) and name not in result:
            result[name] = [_iso_date(*parts) if any(parts) else ""]
    return result


def _iso_date(day: str, month: str, year: str) -> str:
    if all(part.isascii() and part.isdigit() for part in (day, month, year)):
        return f"{year:0>4}-{month:0>2}-{day:0>2}"
    return f"{year}-{month}-{day}"


def _texts(value: object) -> list[str]:
    match value:
        case None:
            return []
        case str():
            return [value]
        case Money():
            return [value.amount]
        case list() | tuple() | set() | frozenset():
            return [str(item) for item in value]
        case _:
            return [str(value)]

"""Pydantic's errors as findings, in words a person understands; one shape for both doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.core.errors import RulesViolatedError
from app.core.periods import why_no_day
from app.core.violations import Violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Command = TypeVar("Command", bound=BaseModel)

REQUIRED = "input.required"
"""The rule of a field that was left empty."""
_WORDS = {
    "missing": (REQUIRED, "This is required."),
    "extra_forbidden": ("input.unknown", "This field is not known here."),
    "string_too_short": ("input.too_short", "Enter at least {min_length} characters."),
    "string_too_long": ("input.too_long", "Enter at most {max_length} characters."),
    "too_long": ("input.too_many", "Give at most {max_length} entries."),
    "too_short": ("input.too_few", "Give at least {min_length} entries."),
    "int_parsing": ("input.number", "Enter a whole number."),
    "int_type": ("input.number", "Enter a whole number."),
    "int_from_float": ("input.number", "Enter a whole number."),
    "greater_than_equal": ("input.minimum", "Enter {ge} or more."),
    "less_than_equal": ("input.maximum", "Enter {le} or less."),
    "enum": ("input.choice", "Choose one of: {expected}."),
    "literal_error": ("input.choice", "Choose one of: {expected}."),
    "datetime_from_date_parsing": (
        "input.instant",
        "Enter a date and time with zone, for example 2019-04-04T17:00:00+02:00.",
    ),
    "datetime_parsing": ("input.instant", "Enter a date and time with zone, for example 2019-04-04T17:00:00+02:00."),
    "uuid_parsing": ("input.identifier", "This is not an identifier."),
    "bool_parsing": ("input.yes_or_no", "Answer yes or no."),
    "string_type": ("input.text", "Enter text."),
    "json_invalid": ("input.json", "The body is not valid JSON."),
}
_NO_DAY = {"date_from_datetime_parsing", "date_from_datetime_inexact", "date_parsing"}


def command_of(kind: type[Command], data: Mapping[str, Any]) -> Command:
    """The command that these values make; raise RulesViolated with all errors at once."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise RulesViolatedError(violations_of(error)) from error


def violations_of(error: ValidationError) -> tuple[Violation, ...]:
    """One finding per error, placed at its field (``partners.0.country``)."""
    return tuple(
        _violation(item["type"], item["loc"], item["msg"], context=item.get("ctx", {}), typed=item.get("input"))
        for item in error.errors(include_url=False)
    )


def violations_of_request(errors: Sequence[Mapping[str, Any]]) -> tuple[Violation, ...]:
    """The same for errors that FastAPI found: their first step (body, query, path) is no field."""
    return tuple(
        _violation(
            item["type"],
            tuple(item["loc"][1:]),
            item["msg"],
            context=item.get("ctx", {}),
            typed=item.get("input"),
        )
        for item in errors
    )


def _violation(
    kind: str, location: tuple[int | str, ...], message: str, *, context: dict[str, object], typed: object
) -> Violation:
    place = ".".join(str(part) for part in location)
    if kind == "value_error":
        return Violation("input.value", str(context.get("error", message)), place)
    if kind in _NO_DAY:
        why = why_no_day(typed if isinstance(typed, str) else "")
        return Violation("input.date", "{problem}", place, {"problem": why[0].upper() + why[1:]})
    blank = kind == "string_too_short" and context.get("min_length") == 1
    rule, words = _WORDS["missing"] if blank else _WORDS.get(kind, ("input.value", ""))
    if not words:
        return Violation(rule, message, place)
    return Violation(rule, words, place, {name: str(value) for name, value in context.items()})

"""What Pydantic refuses in a tree of plain values, in words and with the line of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.calls.rules.paths import Place, leaves, path_of
from app.calls.rules.values import Part
from app.calls.rules.vocabulary import TAGS, keys_at, nearest
from app.core.canonical import canonical_json
from app.core.violations import Violation

UNREADABLE = "document.unreadable"
Lines = Mapping[Place, int]
Model = TypeVar("Model", bound=Part)
MOST_SHOWN = 60
_NOT_KNOWN = "'{given}' is not known here. Known: {known}."
_WORDS = {
    "union_tag_invalid": "'{tag}' is not a kind that is known here. Known: {known}.",
    "union_tag_not_found": "Say which kind this is, with 'kind' (for cost categories 'method').",
    "literal_error": _NOT_KNOWN,
    "enum": _NOT_KNOWN,
    "int_type": "A whole number is expected here, not '{given}'.",
    "int_from_float": "A whole number is expected here, not '{given}'.",
    "bool_type": "true or false is expected here, not '{given}'.",
    "string_type": "A text is expected here, not '{given}'; put it in quotes if it is one.",
    "tuple_type": "A list is expected here, not '{given}'.",
    "dict_type": "Names with values are expected here, not '{given}'.",
    "model_type": "Names with values are expected here, not '{given}'.",
    "date_from_datetime_parsing": "'{given}' is not a day such as 2019-04-04.",
    "date_parsing": "'{given}' is not a day such as 2019-04-04.",
    "string_pattern_mismatch": "'{given}' is not written the way this value is written.",
    "string_too_short": "This text is empty.",
    "string_too_long": "This text is longer than {most} characters.",
    "too_short": "At least {least} must stand here.",
    "too_long": "At most {most} may stand here.",
    "greater_than_equal": "'{given}' is too small; the least is {least}.",
    "less_than_equal": "'{given}' is too large; the most is {most}.",
}
"""Pydantic's kinds of mistakes in our words; other kinds keep the words they were raised with."""


def validated(
    model: type[Model], tree: object, lines: Lines, below: Place
) -> tuple[Model | None, tuple[Violation, ...]]:
    """The model of a tree, or every mistake; ``below`` is where the tree stands in the file."""
    if zeros := [place for place, value in leaves(tree) if isinstance(value, str) and "\x00" in value]:
        path = path_of(tree, zeros[0])
        return None, (mistake("A text holds a character that cannot be stored.", (*below, *zeros[0]), path, lines),)
    try:
        return model.model_validate_json(canonical_json(tree)), ()
    except (TypeError, UnicodeEncodeError):
        words = "A value is neither text, a whole number, yes or no; write decimal numbers as text."
        return None, (mistake(words, below, "", lines),)
    except ValidationError as error:
        details = error.errors(include_url=False)
    return None, tuple(_explained(model, tree, detail, lines, below) for detail in details)


def _explained(model: type[Part], tree: object, detail: ErrorDetails, lines: Lines, below: Place) -> Violation:
    place = _place_in(tree, detail["loc"])
    path = ".".join(part for part in (*(str(step) for step in below), path_of(tree, place)) if part)
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            words, figures = "'{name}' is missing.", {"name": name}
        case "extra_forbidden":
            meant = nearest(name, keys_at(model, detail["loc"][:-1]))
            words = "'{name}' means nothing here; did you mean '{meant}'?" if meant else "'{name}' means nothing here."
            figures = {"name": name, "meant": meant}
        case kind:
            words = _WORDS.get(kind, "{reason}.")
            figures = _figures(detail)
    return mistake(words, (*below, *place), path, lines, figures)


def _figures(detail: ErrorDetails) -> dict[str, str]:
    context = detail.get("ctx", {})
    return {
        "given": str(detail["input"])[:MOST_SHOWN],
        "known": str(context.get("expected_tags") or context.get("expected") or ""),
        "least": str(context.get("min_length") or context.get("ge") or "1"),
        "most": str(context.get("max_length") or context.get("le") or ""),
        "tag": str(context.get("tag") or ""),
        "reason": detail["msg"].removeprefix("Value error, ").rstrip("."),
    }


def mistake(words: str, place: Place, path: str, lines: Lines, figures: Mapping[str, str] | None = None) -> Violation:
    """A mistake at a path, with its line."""
    return Violation(UNREADABLE, words, with_line(path, place, lines), dict(figures or {}))


def _place_in(tree: object, location: tuple[str | int, ...]) -> Place:
    """The location without the kinds that Pydantic puts into it, once for each part that has one."""
    place: list[str | int] = []
    node: object = tree
    kind_passed = False
    for step in location:
        if not isinstance(node, Mapping | list):
            break
        if isinstance(node, Mapping) and not kind_passed and any(node.get(tag) == step for tag in TAGS):
            kind_passed = True
            continue
        place.append(step)
        kind_passed = False
        if isinstance(node, Mapping):
            node = node.get(step)
        else:
            node = node[step] if isinstance(step, int) and step < len(node) else None
    return tuple(place)


def with_line(path: str, place: Place, lines: Lines) -> str:
    """``line 12: path``: the line of the place, or of the nearest part around it that was written."""
    for end in range(len(place), -1, -1):
        if place[:end] in lines:
            return f"line {lines[place[:end]]}: {path}" if path else f"line {lines[place[:end]]}"
    return path

"""A stored call document as a person writes it: amounts, English texts and defaults in their short form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.calls.rules.paths import is_amount
from app.core.money import EURO
from app.infra.yaml_writing import write_yaml

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def as_yaml(rules: CallRules) -> str:
    """The document as YAML; read again, it has the same hash."""
    return write_yaml(short(rules.plain()))


def short(tree: Mapping[str, object]) -> dict[str, object]:
    """A plain document in its short form, without empty parts."""
    return {name: _short(part) for name, part in tree.items() if part not in ([], {})}


def with_next_version(tree: Mapping[str, object], summary: str, day: str) -> dict[str, object]:
    """The document under the next number, with a line for the change in its history (``day`` is ISO).

    A document without a number or a history is left as it is: reading it names what is missing.
    """
    history, version = tree.get("changes"), str(tree.get("version", ""))
    major, point, minor = version.partition(".")
    if not isinstance(history, list) or not point or not minor.isdecimal():
        return dict(tree)
    following = f"{major}.{int(minor) + 1}"
    line = {"version": following, "date": day, "summary": summary}
    return {**tree, "version": following, "changes": [*history, line]}


def _short(value: object) -> object:
    if isinstance(value, list):
        return [_short(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if is_amount(value) and value["currency"] == EURO:
        return value["amount"]
    if set(value) == {"en"}:
        return value["en"]
    return {key: _short(item) for key, item in value.items() if item != []}

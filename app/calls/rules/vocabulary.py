"""Which keys may stand where in a call document, and which rule ids there are: read off the kinds themselves."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from types import UnionType
from typing import Any, Union, get_args, get_origin

from app.calls.rules.values import Part, Rule

TAGS = ("kind", "method")


def keys_at(model: type[Part], location: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that may stand in the part at a location of a Pydantic error (kinds included)."""
    found, kind_passed = _models(model), False
    for step in location:
        of_kind = [part for part in found if not kind_passed and any(step == _tag(part, tag) for tag in TAGS)]
        kind_passed = bool(of_kind)
        found = of_kind or [deeper for part in found for deeper in _below(part, step)]
    return tuple(dict.fromkeys(key for part in found for key in _keys(part)))


def nearest(word: str, keys: Sequence[str]) -> str:
    """The key that was probably meant, or an empty text."""
    return next(iter(difflib.get_close_matches(word, keys, n=1)), "")


def _keys(part: type[Part]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


def _below(part: type[Part], step: str | int) -> list[type[Part]]:
    if isinstance(step, int):
        return [part]
    for name, field in part.model_fields.items():
        if step in {name, field.alias}:
            return _models(field.annotation)
    return []


def _tag(part: type[Part], tag: str) -> object:
    field = part.model_fields.get(tag)
    return field.default if field else None


def _models(annotation: Any) -> list[type[Part]]:  # noqa: ANN401  # annotations have no narrower type
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    if get_origin(annotation) in {Union, UnionType, tuple, dict} or hasattr(annotation, "__metadata__"):
        return [model for argument in get_args(annotation) for model in _models(argument)]
    return []


def rule_ids(kind: type[Rule] = Rule) -> frozenset[str]:
    """Every rule id that a kind of rule, or a kind derived from it, can be found to violate."""
    own = (value for name, value in vars(kind).items() if name == "rule_id" or name.endswith("_rule"))
    found = {value for value in own if isinstance(value, str) and value}
    return frozenset(found.union(*(rule_ids(derived) for derived in kind.__subclasses__())))

"""Canonical JSON: one byte sequence for one meaning, so that hashes can be compared."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from app.core.money import Money
from app.core.rates import Rate

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
"""Nearly every value of a document; exactly these types, for an enum may be a text too."""


def canonical_json(value: object) -> bytes:
    """``value`` as UTF-8 JSON with sorted keys and no spaces.

    Money, Rate, UUID, dates, instants (UTC) and enums have one form each. Raise TypeError
    for floats and unknown types: neither has a form that every reader computes alike; ValueError
    where two keys of a mapping have the same text.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def instant_text(instant: datetime) -> str:
    """An instant in UTC to the microsecond; raise ValueError without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain(value: object) -> Any:  # noqa: ANN401, C901, PLR0911  # JSON has no narrower type; one arm per kind
    if type(value) in _AS_THEY_ARE:
        return value
    match value:
        case None | bool() | str() | int() if not isinstance(value, Enum):
            return value
        case Enum():
            return _plain(value.value)
        case Money():
            return value.as_json()
        case Rate():
            return {"basis_points": value.basis_points}
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case dict():
            return _object(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=canonical_json)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _object(mapping: dict[Any, object]) -> dict[str, Any]:
    plain = {str(key.value if isinstance(key, Enum) else key): _plain(item) for key, item in mapping.items()}
    if len(plain) != len(mapping):
        raise ValueError("two keys have the same text")
    return plain

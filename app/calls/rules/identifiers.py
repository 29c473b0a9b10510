"""Identifiers of calls: the same call under every spelling that is in use."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s\-_/.\u2010-\u2015]+")


def identifier_key(identifier: str) -> str:
    """The form under which an identifier is found: ``COS-CLUSTER-2018-3-02`` equals ``cos-cluster-2018-03-2``.

    Case, kind of separator and leading zeros of a purely numeric part do not count (the
    Commission's own news items drop zeros that the call document prints).
    """
    parts = [part for part in _SEPARATORS.split(identifier.strip().casefold()) if part]
    return "-".join((part.lstrip("0") or "0") if part.isascii() and part.isdigit() else part for part in parts)


def same_call(one: str, other: str) -> bool:
    """Whether two spellings name one call."""
    return identifier_key(one) == identifier_key(other)

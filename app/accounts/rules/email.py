"""What counts as an e-mail address, and its one spelling."""

from __future__ import annotations

import re

MAX_LENGTH = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets of a path."""
_MAX_LOCAL = 64
_LOCAL = re.compile(r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_LABEL = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_WORDS = "Enter an e-mail address, for example name@example.org."


def normal_email(text: str) -> str:
    """The address in lower case, its domain in the form that mail servers use.

    Raise ValueError where no mail server would take it.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(text) > MAX_LENGTH or len(local) > _MAX_LOCAL or not _LOCAL.match(local):
        raise ValueError(_WORDS)
    labels = _ascii(domain).split(".")
    if len(labels) < 2 or not all(_LABEL.match(label) for label in labels) or labels[-1].isdigit():  # noqa: PLR2004  # a domain has two parts
        raise ValueError(_WORDS)
    return f"{local}@{'.'.join(labels)}".lower()


def _ascii(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode()
    except UnicodeError:
        raise ValueError(_WORDS) from None


NOWHERE = "erased.invalid"
"""Domain of the addresses that stand in the place of erased ones: nobody has one (RFC 2606)."""


def nowhere(number: object) -> str:
    """The address that stands in the place of an erased one."""
    return f"{number}@{NOWHERE}"

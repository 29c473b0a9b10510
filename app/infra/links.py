"""Places to addresses: findings, mails and documents say where, this says which URL."""

from __future__ import annotations

import re

_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"call/([^/]+)", "/calls/{0}"),
    (r"application/([0-9a-f-]{36})", "/applications/{0}"),
    (r"application/([0-9a-f-]{36})/partnership(?:/.+)?", "/applications/{0}/partnership"),
    (r"application/([0-9a-f-]{36})/budget(?:/.+)?", "/applications/{0}/budget"),
    (r"application/([0-9a-f-]{36})/attachments(?:/.+)?", "/applications/{0}/attachments"),
    (r"application/([0-9a-f-]{36})/clarifications", "/applications/{0}/clarifications"),
    (r"application/([0-9a-f-]{36})/declarations", "/applications/{0}/declarations"),
    (r"application/([0-9a-f-]{36})/section/([^/#]+)", "/applications/{0}/sections/{1}"),
    (r"application/([0-9a-f-]{36})/section/([^/#]+)/([^/#]+)", "/applications/{0}/sections/{1}#{2}"),
    (r"application/([0-9a-f-]{36})/outcome", "/applications/{0}/outcome"),
    (r"organisation/([0-9a-f-]{36})", "/organisations/{0}"),
    (r"person/([0-9a-f-]{36})", "/admin/people/{0}"),
    (r"document/([^/]+)", "/verify/{0}"),
    (r"invitation/([^/]+)", "/invitations/{0}"),
    (r"password/([^/]+)", "/password/{0}"),
    (r"email/([^/]+)", "/confirm-email/{0}"),
)
_COMPILED = tuple((re.compile(pattern), target) for pattern, target in _PATTERNS)


def link_to(place: str) -> str:
    """The path of a place; raise LookupError for a kind of place nobody serves."""
    for pattern, target in _COMPILED:
        if match := pattern.fullmatch(place):
            return target.format(*match.groups())
    raise LookupError(f"no page serves the place {place!r}")

"""What a beneficiary declares on its honour before the agreement is signed; the hash of these words is stored."""

from __future__ import annotations

import hashlib

from app.applications.rules.exclusion import STATEMENT

_OPENING = "Declaration of honour of {name} for the grant {reference}."
_CLOSING = (
    "I declare that this organisation has the means to carry out its part of the project, that it receives no other "
    "money of the Union for the same costs, that it has no conflict of interests in the project, and that it accepts the "
    "terms of the call and will sign the grant agreement. It will tell the managing body without delay when any of this "
    "changes."
)


def declaration_text(name: str, reference: str) -> tuple[str, ...]:
    """The paragraphs that ``name`` declares for a grant."""
    return (_OPENING.format(name=name, reference=reference), STATEMENT, _CLOSING)


def declaration_hash(paragraphs: tuple[str, ...]) -> str:
    """SHA-256 of the paragraphs, in hexadecimal."""
    return hashlib.sha256("\n".join(paragraphs).encode()).hexdigest()

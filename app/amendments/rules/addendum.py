"""What is signed: one document that holds why and from when the agreement changes, and the whole amended agreement.

It is stored as canonical JSON; its SHA-256 is what both sides sign. What it changes is computed from the version that
it names, which nobody can alter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from app.amendments.rules.lifecycle import AmendmentKind
from app.core.canonical import canonical_json, digest
from app.grants.rules.agreement import AgreementFacts
from app.grants.rules.agreement_record import SignatureFacts
from app.grants.rules.letter_facts import Facts

AMENDMENT_FORMAT: Literal["grappe-grant-amendment-1"] = "grappe-grant-amendment-1"


class AddendumFacts(Facts):
    """The addendum; ``base_version`` with its hash is the agreement that it changes, ``agreement`` what comes of it.

    ``by_authority``: the managing body proposed it on ``requested_on``, else the coordinator asked for it. What the coordinator
    asked for has no such key, as addenda had none when only the coordinator could: their hashes stay.
    """

    format: Literal["grappe-grant-amendment-1"] = AMENDMENT_FORMAT
    number: int
    reference: str
    grant_id: UUID
    kinds: tuple[AmendmentKind, ...]
    reason: str
    by_authority: bool = False
    requested_on: date
    effect_on: date | None
    base_version: int
    base_sha256: str
    agreement: AgreementFacts

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> AddendumFacts:
        """From its stored JSON."""
        return cls.model_validate_json(canonical_json(dict(stored)))

    def plain(self) -> dict[str, Any]:
        """As it is frozen and hashed."""
        found = super().plain()
        return found if self.by_authority else {name: value for name, value in found.items() if name != "by_authority"}

    @property
    def sha256(self) -> str:
        """What is signed: SHA-256 of the canonical JSON."""
        return digest(self.plain())


class AddendumRecord(Facts):
    """An addendum with its signatures, as its document prints them."""

    addendum: AddendumFacts
    sha256: str
    signatures: tuple[SignatureFacts, ...]

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> AddendumRecord:
        """From its stored JSON."""
        return cls.model_validate_json(canonical_json(dict(stored)))


def reference_of(grant_reference: str, number: int) -> str:
    """The reference of an amendment."""
    return f"{grant_reference}/A{number}"

"""What the sealed agreement holds: the text that was signed, its hash, and who signed it when and how."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.canonical import canonical_json
from app.grants.rules.agreement import AgreementFacts
from app.grants.rules.grant_lifecycle import Authentication
from app.grants.rules.letter_facts import Facts


class SignatureFacts(Facts):
    """One signature; ``party`` names the organisation or the managing body."""

    order: int
    partner_id: UUID | None
    party: str
    name: str
    capacity: str
    authentication: Authentication
    signed_at: datetime
    sha256: str


class AgreementRecord(Facts):
    """An agreement with its signatures, as its document prints them."""

    agreement: AgreementFacts
    sha256: str
    signatures: tuple[SignatureFacts, ...]

    @property
    def amended(self) -> bool:
        """Whether an amendment made this version: its signatures are those of the one that everybody signed."""
        return any(one.sha256 != self.sha256 for one in self.signatures)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> AgreementRecord:
        """From its stored JSON."""
        return cls.model_validate_json(canonical_json(dict(stored)))

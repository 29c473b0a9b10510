"""Facts about payments to third parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRecorded(DomainEvent):
    """A partner recorded what it paid to a third party."""

    kind: ClassVar[str] = "support.recorded"
    subject_kind: ClassVar[str] = "third_party_payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportReversed(DomainEvent):
    """A payment no longer counts; its amount is free again."""

    kind: ClassVar[str] = "support.reversed"
    subject_kind: ClassVar[str] = "third_party_payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportEvidenceAttached(DomainEvent):
    """A document that proves the payment was uploaded, or replaced."""

    kind: ClassVar[str] = "support.evidence_attached"
    subject_kind: ClassVar[str] = "third_party_payment"

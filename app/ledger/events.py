"""Facts about money set aside and bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeAppropriated(DomainEvent):
    """A call set money aside, or a corrigendum changed how much."""

    kind: ClassVar[str] = "ledger.appropriated"
    subject_kind: ClassVar[str] = "envelope"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountCommitted(DomainEvent):
    """A part of an envelope is bound to one subject."""

    kind: ClassVar[str] = "ledger.committed"
    subject_kind: ClassVar[str] = "envelope"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentReleased(DomainEvent):
    """What was bound and not paid went back to the envelope."""

    kind: ClassVar[str] = "ledger.released"
    subject_kind: ClassVar[str] = "envelope"

"""Facts about partnerships."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerInvited(DomainEvent):
    """An organisation was asked to take part."""

    kind: ClassVar[str] = "partner.invited"
    subject_kind: ClassVar[str] = "partnership"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAnswered(DomainEvent):
    """It accepted or declined."""

    kind: ClassVar[str] = "partner.answered"
    subject_kind: ClassVar[str] = "partnership"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipationEnded(DomainEvent):
    """It left or was removed."""

    kind: ClassVar[str] = "partner.ended"
    subject_kind: ClassVar[str] = "partnership"
    delivers: ClassVar[bool] = True

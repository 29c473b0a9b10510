"""Facts about programmes and calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCreated(DomainEvent):
    """A programme exists."""

    kind: ClassVar[str] = "programme.created"
    subject_kind: ClassVar[str] = "programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDraftSaved(DomainEvent):
    """A version was saved that is not published."""

    kind: ClassVar[str] = "call.draft_saved"
    subject_kind: ClassVar[str] = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPublished(DomainEvent):
    """The first version is public and frozen."""

    kind: ClassVar[str] = "call.published"
    subject_kind: ClassVar[str] = "call"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCorrected(DomainEvent):
    """A corrigendum made the next version public; every contact of a draft application is told."""

    kind: ClassVar[str] = "call.corrected"
    subject_kind: ClassVar[str] = "call"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWithdrawn(DomainEvent):
    """The call was taken back; nothing can be submitted any more."""

    kind: ClassVar[str] = "call.withdrawn"
    subject_kind: ClassVar[str] = "call"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClosed(DomainEvent):
    """The deadline has passed and everything received in time is stored."""

    kind: ClassVar[str] = "call.closed"
    subject_kind: ClassVar[str] = "call"
    delivers: ClassVar[bool] = True

"""Facts about requests to erase and about what was let go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureEvent(DomainEvent):
    """Something happened to a request to erase."""

    subject_kind: ClassVar[str] = "erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureAsked(ErasureEvent):
    """A person asked that what is held of them be erased."""

    kind: ClassVar[str] = "erasure.asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureWithdrawn(ErasureEvent):
    """The person took the request back."""

    kind: ClassVar[str] = "erasure.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRefused(ErasureEvent):
    """The request was refused with a reason; the mail says so to the person."""

    kind: ClassVar[str] = "erasure.refused"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(ErasureEvent):
    """The request was granted: what could go is gone. Nobody can be written to any more."""

    kind: ClassVar[str] = "erasure.done"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionApplied(DomainEvent):
    """Records of one kind whose time was over were let go."""

    kind: ClassVar[str] = "retention.applied"
    subject_kind: ClassVar[str] = "retention"

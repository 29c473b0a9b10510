"""Facts about documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRequested(DomainEvent):
    """A document is to be made; the job that makes it was enqueued with this fact."""

    kind: ClassVar[str] = "document.requested"
    subject_kind: ClassVar[str] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSealed(DomainEvent):
    """The document exists and will never change."""

    kind: ClassVar[str] = "document.sealed"
    subject_kind: ClassVar[str] = "document"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFailed(DomainEvent):
    """The document could not be made; an administrator sees why."""

    kind: ClassVar[str] = "document.failed"
    subject_kind: ClassVar[str] = "document"

"""Facts about applications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStarted(DomainEvent):
    """Somebody began an application."""

    kind: ClassVar[str] = "application.started"
    subject_kind: ClassVar[str] = "application"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSaved(DomainEvent):
    """Answers of a section were saved."""

    kind: ClassVar[str] = "application.section_saved"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSaved(DomainEvent):
    """A partner's budget sheet was saved."""

    kind: ClassVar[str] = "application.budget_saved"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached(DomainEvent):
    """A document was uploaded for a field."""

    kind: ClassVar[str] = "application.file_attached"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRemoved(DomainEvent):
    """A document was taken away."""

    kind: ClassVar[str] = "application.file_removed"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSubmitted(DomainEvent):
    """The application was received; the last submission in time counts."""

    kind: ClassVar[str] = "application.submitted"
    subject_kind: ClassVar[str] = "application"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn(DomainEvent):
    """The applicant took the application out of the call."""

    kind: ClassVar[str] = "application.withdrawn"
    subject_kind: ClassVar[str] = "application"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed(DomainEvent):
    """The call closed while the application was a draft."""

    kind: ClassVar[str] = "application.not_submitted"
    subject_kind: ClassVar[str] = "application"
    delivers: ClassVar[bool] = True

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


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardDecided(DomainEvent):
    """The award decision that covers the application was signed."""

    kind: ClassVar[str] = "application.award_decided"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckProposed(DomainEvent):
    """An officer proposed the outcome of a check."""

    kind: ClassVar[str] = "check.proposed"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDecided(DomainEvent):
    """Another officer confirmed the outcome of a check, or gave the proposal back."""

    kind: ClassVar[str] = "check.decided"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReopened(DomainEvent):
    """A decided check is open again."""

    kind: ClassVar[str] = "check.reopened"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRecorded(DomainEvent):
    """An officer looked a partner up and recorded what was found."""

    kind: ClassVar[str] = "check.recorded"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class HonourDeclared(DomainEvent):
    """A beneficiary declared on its honour that no ground for exclusion applies."""

    kind: ClassVar[str] = "honour.declared"
    subject_kind: ClassVar[str] = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationAsked(DomainEvent):
    """The office asked the consortium something."""

    kind: ClassVar[str] = "clarification.asked"
    subject_kind: ClassVar[str] = "clarification"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationAnswered(DomainEvent):
    """The consortium answered in time."""

    kind: ClassVar[str] = "clarification.answered"
    subject_kind: ClassVar[str] = "clarification"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationSettled(DomainEvent):
    """The office accepted or refused an answer."""

    kind: ClassVar[str] = "clarification.settled"
    subject_kind: ClassVar[str] = "clarification"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationWithdrawn(DomainEvent):
    """The office took a question back."""

    kind: ClassVar[str] = "clarification.withdrawn"
    subject_kind: ClassVar[str] = "clarification"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationLapsed(DomainEvent):
    """Nobody answered until the question was due."""

    kind: ClassVar[str] = "clarification.lapsed"
    subject_kind: ClassVar[str] = "clarification"


OFFICE_ONLY = frozenset(
    {AwardDecided.kind, CheckProposed.kind, CheckDecided.kind, CheckReopened.kind, CheckRecorded.kind}
)
"""Kinds that the consortium is not shown: it hears the outcome by letter, after two people have decided."""

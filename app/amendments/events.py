"""Facts about amendments; they stand in the history of the grant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentStarted(DomainEvent):
    """The coordinator or the managing body began an amendment."""

    kind: ClassVar[str] = "amendment.started"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentSaved(DomainEvent):
    """The draft of an amendment was saved."""

    kind: ClassVar[str] = "amendment.saved"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentRequested(DomainEvent):
    """The coordinator asked for an amendment."""

    kind: ClassVar[str] = "amendment.requested"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentProposed(DomainEvent):
    """The managing body proposed an amendment; its text is frozen for signature."""

    kind: ClassVar[str] = "amendment.proposed"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentDeclined(DomainEvent):
    """The coordinator does not sign what the managing body proposed."""

    kind: ClassVar[str] = "amendment.declined"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentWithdrawn(DomainEvent):
    """Who began an amendment took it back."""

    kind: ClassVar[str] = "amendment.withdrawn"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentDecided(DomainEvent):
    """The office accepted an amendment, gave it back or refused it; accepted, its text is frozen for signature."""

    kind: ClassVar[str] = "amendment.decided"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentSigned(DomainEvent):
    """Somebody signed an amendment; after the coordinator the authority is next."""

    kind: ClassVar[str] = "amendment.signed"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentEnteredIntoForce(DomainEvent):
    """The authority signed: a new version of the agreement is in force. The mail comes with its sealed document."""

    kind: ClassVar[str] = "amendment.entered_into_force"
    subject_kind: ClassVar[str] = "grant"

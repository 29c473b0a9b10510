"""Facts about awards and grants. Before the letter is sent no event stands in the application's own timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPrepared(DomainEvent):
    """A decision was prepared from the adopted ranking, from a refusal, or from the reserve list."""

    kind: ClassVar[str] = "award.prepared"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSigned(DomainEvent):
    """A decision was signed; what it awards is committed."""

    kind: ClassVar[str] = "award.signed"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardDropped(DomainEvent):
    """A preparation was taken back."""

    kind: ClassVar[str] = "award.dropped"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPreviewed(DomainEvent):
    """Somebody looked at a letter and said that it may leave."""

    kind: ClassVar[str] = "letter.previewed"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent(DomainEvent):
    """A letter left: the applicants are informed. They hear of it by mail when its document is sealed."""

    kind: ClassVar[str] = "letter.sent"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOpened(DomainEvent):
    """The preparation of a grant began with its information letter; that letter's mail tells it."""

    kind: ClassVar[str] = "grant.opened"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDataConfirmed(DomainEvent):
    """A party confirmed its legal data."""

    kind: ClassVar[str] = "grant.data_confirmed"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDeclared(DomainEvent):
    """A party signed its declaration of honour."""

    kind: ClassVar[str] = "grant.declared"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSignatoryNamed(DomainEvent):
    """The coordinator named who signs for a party."""

    kind: ClassVar[str] = "grant.signatory_named"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDatesProposed(DomainEvent):
    """The coordinator proposed start and duration."""

    kind: ClassVar[str] = "grant.dates_proposed"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPreparationSent(DomainEvent):
    """The coordinator sent the preparation to the office."""

    kind: ClassVar[str] = "grant.preparation_sent"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReturned(DomainEvent):
    """The office gave the preparation, or the agreement in signature, back with a reason."""

    kind: ClassVar[str] = "grant.returned"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOpenedForSignature(DomainEvent):
    """The agreement was frozen; who is mandated can sign."""

    kind: ClassVar[str] = "grant.opened_for_signature"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSigned(DomainEvent):
    """Somebody signed the agreement."""

    kind: ClassVar[str] = "grant.signed"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEnteredIntoForce(DomainEvent):
    """The last signature was given: the agreement binds. The mail comes with its sealed document."""

    kind: ClassVar[str] = "grant.entered_into_force"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantAbandoned(DomainEvent):
    """The preparation ended without an agreement; what was committed is free again."""

    kind: ClassVar[str] = "grant.abandoned"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefinancingRequested(DomainEvent):
    """The officer asked for the payment at the start."""

    kind: ClassVar[str] = "grant.prefinancing_requested"
    subject_kind: ClassVar[str] = "grant"

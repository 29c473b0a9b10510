"""Facts about reports. Texts and amounts of single costs are not in them: ids, counts and sums are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodsOpened(DomainEvent):
    """A grant entered into force: its reporting periods stand."""

    kind: ClassVar[str] = "reporting.opened"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodsMoved(DomainEvent):
    """An amendment moved the end of the project: periods that were not reported on follow it."""

    kind: ClassVar[str] = "reporting.periods_moved"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsSaved(DomainEvent):
    """Texts of the technical part were saved."""

    kind: ClassVar[str] = "reporting.texts_saved"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorsSaved(DomainEvent):
    """Values of indicators were saved."""

    kind: ClassVar[str] = "reporting.indicators_saved"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSaved(DomainEvent):
    """A partner's financial statement was saved."""

    kind: ClassVar[str] = "reporting.statement_saved"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSigned(DomainEvent):
    """Somebody who speaks for a partner signed its financial statement."""

    kind: ClassVar[str] = "reporting.statement_signed"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAttached(DomainEvent):
    """The auditor's certificate on a partner's statement was uploaded."""

    kind: ClassVar[str] = "reporting.certificate_attached"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRemoved(DomainEvent):
    """The certificate on a partner's statement was taken away again."""

    kind: ClassVar[str] = "reporting.certificate_removed"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubmitted(DomainEvent):
    """The coordinator submitted a report."""

    kind: ClassVar[str] = "reporting.submitted"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReturned(DomainEvent):
    """The office gave a report back with a reason."""

    kind: ClassVar[str] = "reporting.returned"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReopened(DomainEvent):
    """The office gave the statement of a partner back: its signature does not count any more."""

    kind: ClassVar[str] = "reporting.statement_reopened"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsAssessed(DomainEvent):
    """An officer accepted, reduced or rejected claimed costs."""

    kind: ClassVar[str] = "reporting.costs_assessed"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDecided(DomainEvent):
    """A report was accepted or rejected; what is due is computed."""

    kind: ClassVar[str] = "reporting.decided"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequested(DomainEvent):
    """What is due after a report was handed to the payment circuit."""

    kind: ClassVar[str] = "reporting.payment_requested"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryAnnounced(DomainEvent):
    """What was paid too much was announced to the coordinator, who is heard first."""

    kind: ClassVar[str] = "reporting.recovery_announced"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryAnswered(DomainEvent):
    """The coordinator answered the announcement, or has no observations."""

    kind: ClassVar[str] = "reporting.recovery_answered"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryDecided(DomainEvent):
    """After the hearing the recovery was confirmed, lowered or withdrawn."""

    kind: ClassVar[str] = "reporting.recovery_decided"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryNoted(DomainEvent):
    """What the coordinator had to pay back came in, or a part of it."""

    kind: ClassVar[str] = "reporting.recovered"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryWaived(DomainEvent):
    """What did not come back is not asked back any more."""

    kind: ClassVar[str] = "reporting.recovery_waived"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantClosed(DomainEvent):
    """A grant is closed: what it did not need is free again."""

    kind: ClassVar[str] = "reporting.grant_closed"
    subject_kind: ClassVar[str] = "grant"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestAskedFor(DomainEvent):
    """The coordinator asked for the interest of a payment that came late."""

    kind: ClassVar[str] = "reporting.interest_asked_for"
    subject_kind: ClassVar[str] = "grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestInitiated(DomainEvent):
    """The payment of interest for a late payment was initiated, beside the grant."""

    kind: ClassVar[str] = "reporting.interest_initiated"
    subject_kind: ClassVar[str] = "grant"

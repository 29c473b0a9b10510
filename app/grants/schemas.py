"""Commands about awards, letters and grants, and the rows that pages and other areas read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.applications.rules.lifecycle import ApplicationState
from app.core.commands import Command, RequiredLine
from app.core.money import Money
from app.core.violations import Violation
from app.grants.rules.lifecycle import AwardState, LetterKind, LetterState
from app.grants.rules.outcomes import Outcome

MOST_CHOSEN = 1000
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class SignAwards(Command):
    """Sign the chosen decisions; those that cannot be signed are left and named."""

    award_ids: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)]


class DropAward(Command):
    """Take a preparation back."""

    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class PromoteReserve(Command):
    """Prepare an award for the next of the reserve list of an envelope."""

    envelope: RequiredLine


class SendLetters(Command):
    """Send the chosen letters; all of them or none."""

    letter_ids: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)]


@dataclass(frozen=True, slots=True)
class AwardFilter:
    """Which awards are wanted; empty fields do not narrow."""

    text: str = ""
    outcome: str = ""
    state: str = ""
    envelope: str = ""


@dataclass(frozen=True, slots=True)
class AwardRow:
    """A decision with the head of its application; ``left`` is what its envelope has now, None where nothing is paid."""

    id: UUID
    call_id: UUID
    application_id: UUID
    number: int
    ranking_id: UUID | None
    outcome: Outcome
    amount: Money | None
    envelope: str
    position: int | None
    reasons: str
    state: AwardState
    prepared_at: datetime
    prepared_by: UUID | None
    signed_at: datetime | None
    signed_by: UUID | None
    commitment_id: UUID | None
    informed_at: datetime | None
    drop_reason: str
    reference: str
    acronym: str
    title: str
    application_state: ApplicationState
    submission_id: UUID
    requested: Money
    coordinator: str
    country: str
    letter_id: UUID | None
    letter_state: LetterState | None
    envelope_title: str | None
    left: Money | None

    @property
    def withdrawn(self) -> bool:
        """Whether the coordinator took the application out."""
        return self.application_state is ApplicationState.WITHDRAWN


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters are wanted; empty fields do not narrow. ``standing``: unseen, seen or sent."""

    text: str = ""
    kind: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter with the decision that it tells."""

    id: UUID
    award_id: UUID
    application_id: UUID
    call_id: UUID
    kind: LetterKind
    state: LetterState
    prepared_at: datetime
    previewed_at: datetime | None
    previewed_by: UUID | None
    sent_at: datetime | None
    sent_by: UUID | None
    document_id: UUID | None
    summary_document_id: UUID | None
    deemed_received_on: date | None
    redress_until: date | None
    outcome: Outcome
    number: int
    amount: Money | None
    reference: str
    acronym: str
    title: str
    coordinator: str

    @property
    def standing(self) -> str:
        """``unseen``, ``seen`` (it may leave) or ``sent``."""
        if self.state is LetterState.SENT:
            return "sent"
        return "unseen" if self.previewed_at is None else "seen"


@dataclass(frozen=True, slots=True)
class AwardFigures:
    """What a call's decisions come to, without those that were taken back."""

    funded: int = 0
    amount: Money = field(default_factory=lambda: Money(0))
    reserve: int = 0
    refused: int = 0
    to_sign: int = 0
    signed: int = 0
    informed: int = 0
    unseen: int = 0
    to_send: int = 0

    @property
    def total(self) -> int:
        """All decisions."""
        return self.funded + self.reserve + self.refused


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of signing several awards: those that were signed, and why others were not."""

    signed: Sequence[UUID] = ()
    refused: Mapping[UUID, Sequence[Violation]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AwardWork:
    """What waits in one call: for the officer who prepares and sends, for the one who signs."""

    call_id: UUID
    call: str
    title: str
    to_prepare: bool = False
    to_sign: int = 0
    unseen: int = 0
    to_send: int = 0


class ConfirmData(Command):
    """Confirm the legal data of a party as they were shown: ``version`` of its organisation."""

    version: Annotated[int, Field(ge=1)]


class DeclareForGrant(Command):
    """Sign the declaration of honour of a party; ``sha256`` is that of the words that were shown."""

    sha256: Sha256


class NamePartySignatory(Command):
    """Name who signs the agreement for a party."""

    person_id: UUID


class ProposeDates(Command):
    """Propose the start and the duration of the project."""

    start_on: date
    duration_months: Annotated[int, Field(ge=1, le=120)]
    version: Annotated[int, Field(ge=1, description="Row version of the grant that was shown.")]


class GiveReason(Command):
    """Give a preparation back, or end it."""

    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class SignAgreement(Command):
    """Sign the agreement; ``sha256`` is that of the text that was shown."""

    sha256: Sha256

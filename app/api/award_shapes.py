"""Awards, letters and outcomes as JSON: made from the same readings as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.problems import Finding, finding_of
from app.core.commands import Euro
from app.grants.rules.lifecycle import AwardState, LetterKind
from app.grants.rules.outcomes import Outcome
from app.grants.schemas import AwardRow, LetterRow, Signed


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AwardItem(_Shape):
    """A decision on one application."""

    id: UUID
    application_id: UUID
    number: int = Field(description="2 and later follow one that was taken back, or a place on the reserve list")
    reference: str
    acronym: str
    coordinator: str
    outcome: Outcome
    amount: Euro | None
    envelope: str
    position: int | None
    reasons: str
    state: AwardState
    prepared_at: datetime
    signed_at: datetime | None
    informed_at: datetime | None
    commitment_id: UUID | None
    letter_id: UUID | None


class LetterItem(_Shape):
    """A letter that tells a decision."""

    id: UUID
    award_id: UUID
    application_id: UUID
    reference: str
    acronym: str
    kind: LetterKind
    outcome: Outcome
    standing: str = Field(description="unseen, seen (it may be sent) or sent")
    previewed_at: datetime | None
    sent_at: datetime | None
    deemed_received_on: date | None
    redress_until: date | None
    document_id: UUID | None
    summary_document_id: UUID | None


class LetterDocument(BaseModel):
    """A letter and its evaluation summary report: what would be sent now, or what was frozen when it was sent."""

    letter: LetterItem
    content: dict[str, Any]
    summary: dict[str, Any] | None


class PreparedAwards(BaseModel):
    """Decisions that were prepared."""

    ids: list[UUID]


class RefusedSignature(BaseModel):
    """A decision that was not signed, with every reason."""

    id: UUID
    violations: list[Finding]


class SignedAwards(BaseModel):
    """What came of signing: decisions that are final now, and those that stay as they were."""

    signed: list[UUID]
    refused: list[RefusedSignature]


class SentLetters(BaseModel):
    """How many letters left."""

    sent: int


def award_item(row: AwardRow) -> AwardItem:
    """A row as JSON."""
    return AwardItem.model_validate(row)


def letter_item(row: LetterRow) -> LetterItem:
    """A row as JSON."""
    return LetterItem.model_validate(row)


def signed_shape(done: Signed) -> SignedAwards:
    """The result of signing as JSON."""
    refused = [
        RefusedSignature(id=award_id, violations=[finding_of(one) for one in found])
        for award_id, found in done.refused.items()
    ]
    return SignedAwards(signed=list(done.signed), refused=refused)

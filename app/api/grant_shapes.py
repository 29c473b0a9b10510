"""Grants as JSON: made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.portfolio_shapes import ActItem
from app.core.commands import Euro
from app.grants.queries.agreement import SignatureRow
from app.grants.queries.grants import PartyRow
from app.grants.queries.listing import GrantRow
from app.grants.rules.agreement_record import AgreementRecord
from app.grants.rules.grant_lifecycle import Authentication, GrantState, PartyRole
from app.grants.rules.standing import Acts
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.schemas import PaymentRow
from app.reporting.rules.lateness import NextAct


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class GrantItem(_Shape):
    """A grant with whose turn it is."""

    id: UUID
    application_id: UUID
    call: str
    reference: str
    acronym: str
    title: str
    coordinator: str
    state: GrantState
    maximum_grant: Euro
    start_on: date | None
    duration_months: int | None
    end_on: date | None
    data_due_on: date
    declarations_due_on: date
    signature_due_on: date
    sent_at: datetime | None
    returned_at: datetime | None
    reason: str
    agreed_version: int | None
    entered_into_force_at: datetime | None
    closed_at: datetime | None
    version: int = Field(description="Row version, for proposing dates")
    acts: Acts = Field(description="The stage that it is in: whose turn it is until the agreement is in force")
    next: ActItem = Field(
        description="What is to be done next, by whom and until when: the same in portfolio and pages"
    )
    late: bool = Field(description="Whether the next act is late")


class PartyItem(_Shape):
    """A party with the progress of its preparation."""

    partner_id: UUID
    organisation_id: UUID
    name: str
    role: PartyRole
    organisation_version: int = Field(description="Version of its legal data, for confirming them")
    confirmed: bool
    declared_at: datetime | None
    signatory_id: UUID | None
    signatory: str
    signatory_holds: bool


class SignatureItem(_Shape):
    """A signature; ``partner_id`` is null for the managing body."""

    order: int
    partner_id: UUID | None
    name: str
    capacity: str
    authentication: Authentication
    signed_at: datetime
    sha256: str


class GrantPaymentItem(_Shape):
    """A payment of the grant."""

    id: UUID
    reference: str
    kind: PaymentKind
    state: PaymentState
    amount: Euro
    due_on: date
    paid_on: date | None


class GrantDetails(BaseModel):
    """A grant with its parties, signatures and payments."""

    grant: GrantItem
    parties: list[PartyItem]
    signatures: list[SignatureItem]
    payments: list[GrantPaymentItem]


class AgreementDocument(BaseModel):
    """The agreement, word for word as facts; while it is prepared, as it would be frozen now."""

    sha256: str
    frozen: bool
    content: dict[str, Any]


class PartyDeclaration(BaseModel):
    """What a party declares on its honour; send ``sha256`` to sign it."""

    paragraphs: list[str]
    sha256: str


class Opened(BaseModel):
    """The version that can be signed now."""

    version: int


def grant_item(row: GrantRow, act: NextAct, today: date) -> GrantItem:
    """A grant as an item with its next act."""
    plain = {name: getattr(row, name) for name in GrantItem.model_fields if name not in {"next", "late"}}
    return GrantItem.model_validate(plain | {"next": ActItem.model_validate(act), "late": act.days_late(today) > 0})


def grant_details(
    grant: GrantItem,
    parties: Sequence[PartyRow],
    signatures: Sequence[SignatureRow],
    payments: Sequence[PaymentRow],
) -> GrantDetails:
    """A grant with everything around it."""
    return GrantDetails(
        grant=grant,
        parties=[PartyItem.model_validate(party) for party in parties],
        signatures=[SignatureItem.model_validate(one) for one in signatures],
        payments=[GrantPaymentItem.model_validate(one) for one in payments],
    )


def agreement_document(record: AgreementRecord, *, frozen: bool) -> AgreementDocument:
    """The agreement with the hash that is signed."""
    return AgreementDocument(sha256=record.sha256, frozen=frozen, content=record.agreement.plain())

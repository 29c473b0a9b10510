"""Tables of award decisions, of the letters that tell them, and of the grants that follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
from app.grants.rules.grant_lifecycle import GRANT, Authentication, GrantState, PartyRole
from app.grants.rules.lifecycle import AWARD, LETTER, AwardState, LetterKind, LetterState
from app.grants.rules.outcomes import Outcome
from app.infra.db.base import Base, one_of, state_of


class Award(Base):
    """The decision on one application; number 2 and later follow one that was taken back, or the reserve list.

    ``commitment_id`` has no key: only the ledger touches its tables, and it knows the award as its subject.
    """

    __tablename__ = "award"
    __table_args__ = (
        state_of(AWARD),
        one_of("outcome", Outcome),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("(state in ('signed', 'informed')) = (signed_at is not null)", name="signed_at"),
        sa.CheckConstraint("(state = 'informed') = (informed_at is not null)", name="informed_at"),
        sa.CheckConstraint("signed_by is null or signed_by is distinct from prepared_by", name="four_eyes"),
        sa.CheckConstraint("commitment_id is null or signed_at is not null", name="commitment"),
        sa.UniqueConstraint("application_id", "number"),
        sa.Index(
            "uq_award_funded",
            "application_id",
            unique=True,
            postgresql_where=sa.text("outcome = 'main' and state <> 'dropped'"),
        ),
        sa.Index("ix_award_call_id_state", "call_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    number: Mapped[int]
    ranking_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ranking.id"))
    outcome: Mapped[Outcome] = mapped_column(sa.Text)
    amount: Mapped[Money | None]
    envelope: Mapped[str] = mapped_column(default="")
    position: Mapped[int | None]
    reasons: Mapped[str] = mapped_column(default="")
    state: Mapped[AwardState] = mapped_column(sa.Text)
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    commitment_id: Mapped[UUID | None]
    informed_at: Mapped[datetime | None]
    drop_reason: Mapped[str] = mapped_column(default="")


class Letter(Base):
    """What tells a signed decision to the applicants; its dates follow from the day on which it is sent."""

    __tablename__ = "letter"
    __table_args__ = (
        state_of(LETTER),
        one_of("kind", LetterKind),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        sa.CheckConstraint("sent_at is null or (previewed_at is not null and document_id is not null)", name="seen"),
        sa.UniqueConstraint("award_id"),
        sa.Index("ix_letter_application_id", "application_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("award.id"))
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    kind: Mapped[LetterKind] = mapped_column(sa.Text)
    state: Mapped[LetterState] = mapped_column(sa.Text)
    prepared_at: Mapped[datetime]
    previewed_at: Mapped[datetime | None]
    previewed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    summary_document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    deemed_received_on: Mapped[date | None]
    redress_until: Mapped[date | None]


class Grant(Base):
    """A grant in preparation, in signature, running or over. Money and rates are those of the call version it was judged by.

    ``returned_at`` with ``reason``: the office gave the preparation back. ``sent_at``: the coordinator sent it in.
    """

    __tablename__ = "grant"
    __table_args__ = (
        state_of(GRANT),
        sa.CheckConstraint("maximum_grant >= 0", name="maximum_grant"),
        sa.CheckConstraint("duration_months between 1 and 120", name="duration_months"),
        sa.CheckConstraint("(end_on is null) = (start_on is null or duration_months is null)", name="end_on"),
        sa.CheckConstraint("end_on > start_on", name="days"),
        sa.CheckConstraint("(agreed_version is null) = (state in ('preparation', 'abandoned'))", name="agreed_version"),
        sa.CheckConstraint(
            "(entered_into_force_at is not null) = (state in ('running', 'closed', 'terminated'))", name="in_force"
        ),
        sa.CheckConstraint(
            "(closed_at is not null) = (state in ('closed', 'terminated', 'abandoned'))", name="closed_at"
        ),
        sa.CheckConstraint("state not in ('terminated', 'abandoned') or reason <> ''", name="reason"),
        sa.CheckConstraint("version > 0", name="version"),
        sa.UniqueConstraint("award_id"),
        sa.UniqueConstraint("reference"),
        sa.Index("ix_grant_call_id_state", "call_id", "state"),
        sa.Index("ix_grant_application_id", "application_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_id: Mapped[UUID] = mapped_column(sa.ForeignKey("award.id"))
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    submission_id: Mapped[UUID] = mapped_column(sa.ForeignKey("submission.id"))
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    call_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call_version.id"))
    reference: Mapped[str]
    acronym: Mapped[str]
    title: Mapped[str]
    state: Mapped[GrantState] = mapped_column(sa.Text)
    commitment_id: Mapped[UUID | None]
    maximum_grant: Mapped[Money]
    start_on: Mapped[date | None]
    duration_months: Mapped[int | None]
    end_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    data_due_on: Mapped[date]
    declarations_due_on: Mapped[date]
    signature_due_on: Mapped[date]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    returned_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    agreed_version: Mapped[int | None]
    entered_into_force_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class GrantPartner(Base):
    """A party to the agreement and how far its preparation is.

    ``confirmed_version`` is the version of the organisation whose data were confirmed: a later one asks for it again.
    """

    __tablename__ = "grant_partner"
    __table_args__ = (
        one_of("role", PartyRole),
        sa.CheckConstraint("(confirmed_at is null) = (confirmed_version is null)", name="confirmed"),
        sa.CheckConstraint("(declared_at is null) = (declaration_sha256 is null)", name="declared"),
        sa.UniqueConstraint("grant_id", "position"),
        sa.Index(
            "uq_grant_partner_one_coordinator",
            "grant_id",
            unique=True,
            postgresql_where=sa.text("role = 'coordinator'"),
        ),
        sa.Index("ix_grant_partner_organisation_id", "organisation_id"),
        sa.Index("ix_grant_partner_signatory_id", "signatory_id"),
    )

    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("grant.id"), primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partner.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"))
    position: Mapped[int]
    role: Mapped[PartyRole] = mapped_column(sa.Text)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_version: Mapped[int | None]
    declared_at: Mapped[datetime | None]
    declared_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    declaration_sha256: Mapped[str | None]
    signatory_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))


class GrantVersion(Base):
    """The agreement as it was frozen for signature; only its document is added later, once."""

    __tablename__ = "grant_version"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    )

    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("grant.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    snapshot: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))


class GrantSignature(Base):
    """Who signed a version, in which order; ``partner_id`` is None for the authority."""

    __tablename__ = "grant_signature"
    __table_args__ = (
        one_of("authentication", Authentication),
        sa.CheckConstraint('"order" > 0', name="order"),
        sa.ForeignKeyConstraint(["grant_id", "version"], ["grant_version.grant_id", "grant_version.number"]),
        sa.UniqueConstraint("grant_id", "version", "partner_id", postgresql_nulls_not_distinct=True),
        sa.Index("ix_grant_signature_person_id", "person_id"),
    )

    grant_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    capacity: Mapped[str]
    authentication: Mapped[Authentication] = mapped_column(sa.Text)
    signed_at: Mapped[datetime]
    sha256: Mapped[str]

"""Tables of award decisions and of the letters that tell them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
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

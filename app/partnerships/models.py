"""Tables of partnerships."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db.base import Base, one_of, state_of
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PARTNER, PartnerState


class Partner(Base):
    """One organisation in a partnership; ``partnership_id`` is also the id of its application.

    An organisation invited by e-mail is not known until somebody accepts for it.
    """

    __tablename__ = "partner"
    __table_args__ = (
        state_of(PARTNER),
        one_of("role", PartnerRole),
        sa.CheckConstraint("organisation_id is not null or invited_email is not null", name="invited"),
        sa.CheckConstraint("state <> 'accepted' or organisation_id is not null", name="accepted"),
        sa.UniqueConstraint("partnership_id", "organisation_id"),
        sa.Index(
            "uq_partner_one_coordinator",
            "partnership_id",
            unique=True,
            postgresql_where=sa.text("role = 'coordinator' and state = 'accepted'"),
        ),
        sa.Index("ix_partner_organisation_id", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partnership_id: Mapped[UUID]
    position: Mapped[int]
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    invited_email: Mapped[str | None]
    role: Mapped[PartnerRole] = mapped_column(sa.Text)
    state: Mapped[PartnerState] = mapped_column(sa.Text)
    message: Mapped[str] = mapped_column(default="")
    invited_by: Mapped[UUID | None]
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]

"""Tables of amendments and of who signed them. The migration has their guards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.amendments.rules.lifecycle import AMENDMENT, OPEN, AmendmentState
from app.grants.rules.grant_lifecycle import Authentication
from app.infra.db.base import Base, one_of, state_of

_OPEN = ", ".join(f"'{state.value}'" for state in OPEN)


class Amendment(Base):
    """A change of an agreement: a draft of the coordinator, then a request, then a frozen text that both sides sign.

    ``by_authority``: the managing body began it; what it proposes is frozen at once, ``decided_by`` is who proposed it, and
    nobody requested it. The coordinator signs or refuses it by ``decide_by``.

    ``base_version`` is the agreement that it changes, ``agreement_version`` what came of it. ``round`` counts how often
    its text was frozen: signatures belong to a round. ``note`` says why it was given back or refused.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        state_of(AMENDMENT),
        sa.CheckConstraint("number > 0 and version > 0 and round >= 0", name="numbers"),
        sa.CheckConstraint("state in ('draft', 'withdrawn') or requested_at is not null", name="requested_at"),
        sa.CheckConstraint("(requested_at is null) = (decide_by is null)", name="decide_by"),
        sa.CheckConstraint("(snapshot is null) = (sha256 is null)", name="frozen"),
        sa.CheckConstraint("(state in ('accepted', 'signed', 'in_force')) = (sha256 is not null)", name="text"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        sa.CheckConstraint("state not in ('returned', 'refused') or note <> ''", name="note"),
        sa.CheckConstraint("decided_by is null or decided_by is distinct from requested_by", name="four_eyes"),
        sa.CheckConstraint("(state = 'in_force') = (entered_into_force_at is not null)", name="in_force"),
        sa.CheckConstraint("(agreement_version is null) = (entered_into_force_at is null)", name="agreement_version"),
        sa.CheckConstraint("(document_id is null) = (entered_into_force_at is null)", name="document_id"),
        sa.CheckConstraint("not by_authority or (requested_by is null and state <> 'requested')", name="by_authority"),
        sa.UniqueConstraint("grant_id", "number"),
        sa.Index("uq_amendment_open", "grant_id", unique=True, postgresql_where=sa.text(f"state in ({_OPEN})")),
        sa.Index("ix_amendment_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("grant.id"))
    number: Mapped[int]
    state: Mapped[AmendmentState] = mapped_column(sa.Text)
    by_authority: Mapped[bool] = mapped_column(default=False)
    base_version: Mapped[int]
    proposal: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    effect_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)
    requested_at: Mapped[datetime | None]
    requested_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    decide_by: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=0)
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sha256: Mapped[str | None]
    entered_into_force_at: Mapped[datetime | None]
    agreement_version: Mapped[int | None]
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))


class AmendmentSignature(Base):
    """Who signed the text of a round: a signatory of the coordinator, then the authority (``partner_id`` None)."""

    __tablename__ = "amendment_signature"
    __table_args__ = (
        one_of("authentication", Authentication),
        sa.CheckConstraint('"order" in (1, 2)', name="order"),
        sa.CheckConstraint('(partner_id is null) = ("order" = 2)', name="partner_id"),
        sa.Index("ix_amendment_signature_person_id", "person_id"),
    )

    amendment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("amendment.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    partner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    capacity: Mapped[str]
    authentication: Mapped[Authentication] = mapped_column(sa.Text)
    signed_at: Mapped[datetime]
    sha256: Mapped[str]

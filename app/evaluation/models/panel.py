"""Tables: the evaluation committee, what it changes, the rankings it votes on, and the checks of capacity."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.evaluation.models.reports import POINTS
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import RANKING, RankingState
from app.evaluation.rules.selection import CapacityKind, CapacityOutcome
from app.infra.db.base import Base, one_of, state_of


class CommitteeSeat(Base):
    """Somebody who sits in the evaluation committee of a round."""

    __tablename__ = "committee_seat"
    __table_args__ = (one_of("seat", Seat),)

    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evaluation_round.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    seat: Mapped[Seat] = mapped_column(sa.Text)
    seated_at: Mapped[datetime]
    seated_by: Mapped[UUID | None]


class PanelMark(Base):
    """A score that the panel set instead of the experts' one, with its reason."""

    __tablename__ = "panel_mark"
    __table_args__ = (sa.CheckConstraint("score >= 0", name="score"),)

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("judged_application.application_id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal] = mapped_column(POINTS)
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID | None]


class PanelOrder(Base):
    """The place that the panel gave an application among those with which it ties, lowest first."""

    __tablename__ = "panel_order"

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("judged_application.application_id"), primary_key=True)
    place: Mapped[int]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]


class Ranking(Base):
    """A frozen ranking: content and hash never change (a trigger refuses), only its state does."""

    __tablename__ = "ranking"
    __table_args__ = (
        state_of(RANKING),
        sa.UniqueConstraint("round_id", "number"),
        sa.Index("uq_ranking_adopted", "round_id", unique=True, postgresql_where=sa.text("state = 'adopted'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evaluation_round.id"))
    number: Mapped[int]
    state: Mapped[RankingState] = mapped_column(sa.Text)
    snapshot: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID | None]
    adopted_at: Mapped[datetime | None]
    adopted_by: Mapped[UUID | None]


class Vote(Base):
    """What a member of the committee says of a proposed ranking."""

    __tablename__ = "ranking_vote"

    ranking_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ranking.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    approves: Mapped[bool]
    words: Mapped[str] = mapped_column(default="")
    voted_at: Mapped[datetime]


class CapacityResult(Base):
    """What an officer found about the means of a partner or of the partnership; the latest one counts."""

    __tablename__ = "capacity_result"
    __table_args__ = (
        one_of("kind", CapacityKind),
        one_of("outcome", CapacityOutcome),
        sa.Index("ix_capacity_result_application_id", "application_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    partner_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partner.id"))
    kind: Mapped[CapacityKind] = mapped_column(sa.Text)
    outcome: Mapped[CapacityOutcome] = mapped_column(sa.Text)
    words: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]

"""Tables: the round of a call's stage, the applications it judges, its experts and their assignments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.evaluation.rules.lifecycle import ASSIGNMENT, JUDGEMENT, ROUND, AssignmentState, JudgementState, RoundState
from app.infra.db.base import Base, state_of


class EvaluationRound(Base):
    """The evaluation of one stage of a call, by the version of the call that was in force at its closing."""

    __tablename__ = "evaluation_round"
    __table_args__ = (state_of(ROUND), sa.UniqueConstraint("call_id", "stage"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    stage: Mapped[str]
    call_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call_version.id"))
    state: Mapped[RoundState] = mapped_column(sa.Text)
    reports_due_at: Mapped[datetime]
    started_at: Mapped[datetime]
    started_by: Mapped[UUID | None]
    panel_opened_at: Mapped[datetime | None]
    adopted_at: Mapped[datetime | None]
    informed_at: Mapped[datetime | None]


class JudgedApplication(Base):
    """An application in a round, judged as it was submitted; ``without_agreement`` leaves its scores to the panel."""

    __tablename__ = "judged_application"
    __table_args__ = (state_of(JUDGEMENT), sa.Index("ix_judged_application_round_id", "round_id"))

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evaluation_round.id"))
    submission_id: Mapped[UUID] = mapped_column(sa.ForeignKey("submission.id"))
    state: Mapped[JudgementState] = mapped_column(sa.Text)
    without_agreement: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class ExpertProfile(Base):
    """What an expert says of themself; one for all calls."""

    __tablename__ = "expert_profile"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    expertise: Mapped[str]
    languages: Mapped[list[Any]]
    employer: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    version: Mapped[int]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CallExpert(Base):
    """An expert who works for a call, with the most applications that they take."""

    __tablename__ = "call_expert"
    __table_args__ = (sa.CheckConstraint("max_load is null or max_load > 0", name="max_load"),)

    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    max_load: Mapped[int | None]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Assignment(Base):
    """One expert to one application. ``words`` are those of the declaration, ``reason`` those of the officer."""

    __tablename__ = "assignment"
    __table_args__ = (
        state_of(ASSIGNMENT),
        sa.UniqueConstraint("application_id", "person_id"),
        sa.Index("ix_assignment_person_id", "person_id"),
        sa.Index("ix_assignment_round_id_state", "round_id", "state"),
        sa.Index(
            "uq_assignment_rapporteur",
            "application_id",
            unique=True,
            postgresql_where=sa.text("rapporteur and state in ('assigned', 'open', 'to_decide')"),
        ),
        sa.CheckConstraint("(state = 'assigned') = (answered_at is null) or state = 'ended'", name="answered_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(sa.ForeignKey("evaluation_round.id"))
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("judged_application.application_id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    rapporteur: Mapped[bool] = mapped_column(default=False)
    state: Mapped[AssignmentState] = mapped_column(sa.Text)
    due_at: Mapped[datetime]
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

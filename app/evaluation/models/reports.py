"""Tables: individual reports, the consensus report of an application, what each evaluator says of it, and their talk."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.evaluation.rules.lifecycle import CONSENSUS, REPORT, ConsensusState, ReportState
from app.infra.db.base import Base, state_of

POINTS = sa.Numeric(7, 2)


class IndividualReport(Base):
    """What one expert makes of one application; its id is that of the assignment."""

    __tablename__ = "individual_report"
    __table_args__ = (
        state_of(REPORT),
        sa.CheckConstraint("state <> 'submitted' or submitted_at is not null", name="submitted_at"),
    )

    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id"), primary_key=True)
    state: Mapped[ReportState] = mapped_column(sa.Text)
    version: Mapped[int]
    capacity: Mapped[bool | None]
    capacity_comment: Mapped[str] = mapped_column(default="")
    overall_comment: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    """Why an officer returned or voided it."""


class ReportScore(Base):
    """Points and comment of an individual report for one criterion; points None in a draft."""

    __tablename__ = "report_score"
    __table_args__ = (sa.CheckConstraint("score >= 0", name="score"),)

    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("individual_report.assignment_id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal | None] = mapped_column(POINTS)
    comment: Mapped[str] = mapped_column(default="")


class ConsensusReport(Base):
    """The report of the group on one application, drafted by its rapporteur."""

    __tablename__ = "consensus_report"
    __table_args__ = (state_of(CONSENSUS),)

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("judged_application.application_id"), primary_key=True)
    state: Mapped[ConsensusState] = mapped_column(sa.Text)
    version: Mapped[int]
    capacity: Mapped[bool | None]
    capacity_comment: Mapped[str] = mapped_column(default="")
    overall_comment: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    agreement: Mapped[str] = mapped_column(default="")
    """How it was concluded: unanimous, majority or none; empty before."""
    conclusion_words: Mapped[str] = mapped_column(default="")
    """Why the moderator left the scores to the panel; empty otherwise."""


class ConsensusScore(Base):
    """Points and comment of a consensus report for one criterion."""

    __tablename__ = "consensus_score"
    __table_args__ = (sa.CheckConstraint("score >= 0", name="score"),)

    application_id: Mapped[UUID] = mapped_column(
        sa.Uuid, sa.ForeignKey("consensus_report.application_id"), primary_key=True
    )  # the type is named: it is not found through two foreign keys
    criterion: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal | None] = mapped_column(POINTS)
    comment: Mapped[str] = mapped_column(default="")


class ConsensusView(Base):
    """Whether an evaluator agrees with the proposed report; it counts for that version of it only."""

    __tablename__ = "consensus_view"

    application_id: Mapped[UUID] = mapped_column(
        sa.Uuid, sa.ForeignKey("consensus_report.application_id"), primary_key=True
    )  # the type is named: it is not found through two foreign keys
    assignment_id: Mapped[UUID] = mapped_column(sa.ForeignKey("assignment.id"), primary_key=True)
    report_version: Mapped[int] = mapped_column(primary_key=True)
    agrees: Mapped[bool]
    words: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime]


class ConsensusMessage(Base):
    """A line of the group's discussion of one application, never changed; read by the group and its moderator alone."""

    __tablename__ = "consensus_message"
    __table_args__ = (sa.Index("ix_consensus_message_application_id", "application_id", "written_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("judged_application.application_id"))
    assignment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("assignment.id"))
    """The assignment as whose expert it was written; None for the moderator."""
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    text: Mapped[str]
    written_at: Mapped[datetime]

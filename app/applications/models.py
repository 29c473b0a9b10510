"""Tables of applications."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.rules.check_lifecycle import (
    CHECK,
    CLARIFICATION,
    CheckOutcome,
    CheckResult,
    CheckState,
    CheckStep,
    ClarificationKind,
    ClarificationState,
)
from app.applications.rules.lifecycle import APPLICATION, ApplicationState
from app.core.money import Money
from app.infra.db.base import Base, one_of, state_of


class Application(Base):
    """One application; its id is also the id of its partnership."""

    __tablename__ = "application"
    __table_args__ = (
        state_of(APPLICATION),
        sa.CheckConstraint("(last_submission_id is null) = (submitted_at is null)", name="submitted_at"),
        sa.CheckConstraint("state <> 'submitted' or last_submission_id is not null", name="submission"),
        sa.UniqueConstraint("call_id", "number"),
        sa.Index("ix_application_call_id_state", "call_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(unique=True)
    strand: Mapped[str]
    stage: Mapped[str]
    acronym: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[ApplicationState] = mapped_column(sa.Text)
    requested: Mapped[Money] = mapped_column(default=Money(0))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    last_submission_id: Mapped[UUID | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]


class ApplicationNumber(Base):
    """The last number given in a call; locked while the next one is taken."""

    __tablename__ = "application_number"

    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"), primary_key=True)
    last: Mapped[int]


class SavedSection(Base):
    """The answers of one section, saved as a whole with a row version."""

    __tablename__ = "application_section"

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    section: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[dict[str, Any]]
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None]


class BudgetSheet(Base):
    """One partner's costs and unclaimed grant, saved as a whole with a row version."""

    __tablename__ = "budget_sheet"

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partner.id"), primary_key=True)
    own_funding: Mapped[Money] = mapped_column(default=Money(0))
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None]


class CostLine(Base):
    """One amount of a partner's sheet."""

    __tablename__ = "cost_line"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["application_id", "partner_id"], ["budget_sheet.application_id", "budget_sheet.partner_id"]
        ),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.CheckConstraint("units is null or units >= 0", name="units"),
    )

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    units: Mapped[int | None]


class Attachment(Base):
    """An uploaded document of a file field; replacing keeps the old one as history."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.Index(
            "uq_attachment_current",
            "application_id",
            "field",
            unique=True,
            postgresql_where=sa.text("removed_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    field: Mapped[str]
    file_id: Mapped[UUID] = mapped_column(sa.ForeignKey("stored_file.id"))
    attached_at: Mapped[datetime]
    attached_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]


class Submission(Base):
    """What was submitted: the whole application as canonical JSON, never changed (a trigger refuses)."""

    __tablename__ = "submission"
    __table_args__ = (sa.UniqueConstraint("application_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    number: Mapped[int]
    call_version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call_version.id"))
    received_at: Mapped[datetime]
    submitted_by: Mapped[UUID | None]
    snapshot: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    requested: Mapped[Money]
    eligible: Mapped[Money]
    partners: Mapped[int]


class ApplicationCheck(Base):
    """One step of the office's checks; no row means that nobody has proposed anything yet.

    While the step is open, ``decided_by`` is whoever returned the proposal or reopened the step.
    """

    __tablename__ = "application_check"
    __table_args__ = (
        one_of("step", CheckStep),
        state_of(CHECK),
        sa.CheckConstraint("proposed_outcome in ('pass', 'fail')", name="outcome"),
        sa.CheckConstraint(
            "state = 'open' or (proposed_outcome is not null and proposed_by is not null)", name="proposal"
        ),
        sa.CheckConstraint(
            "state not in ('passed', 'failed') or (decided_by is not null and decided_by <> proposed_by)",
            name="four_eyes",
        ),
        sa.CheckConstraint("version > 0", name="version"),
    )

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    step: Mapped[CheckStep] = mapped_column(sa.Text, primary_key=True)
    state: Mapped[CheckState] = mapped_column(sa.Text)
    version: Mapped[int]
    proposed_outcome: Mapped[CheckOutcome | None] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[UUID | None]
    proposed_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")


class HonourDeclaration(Base):
    """What somebody declared on its honour for a partner, with the words (a trigger refuses changes)."""

    __tablename__ = "honour_declaration"

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partner.id"), primary_key=True)
    statement: Mapped[str]
    declared_by: Mapped[UUID | None]
    declared_at: Mapped[datetime]


class RecordedResult(Base):
    """What an officer found about a partner elsewhere; the latest counts, earlier ones stay (a trigger refuses changes)."""

    __tablename__ = "recorded_check"
    __table_args__ = (
        one_of("outcome", CheckResult),
        sa.Index("ix_recorded_check_application_id", "application_id", "partner_id", "check"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    partner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("partner.id"))
    check: Mapped[str]
    outcome: Mapped[CheckResult] = mapped_column(sa.Text)
    words: Mapped[str]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]


class ClarificationRequest(Base):
    """A question to the consortium after the deadline, with its answer and what came of it."""

    __tablename__ = "clarification_request"
    __table_args__ = (
        one_of("kind", ClarificationKind),
        state_of(CLARIFICATION),
        sa.CheckConstraint("due_at > asked_at", name="due_at"),
        sa.CheckConstraint("answered_at is null or answered_at <= due_at", name="answered_at"),
        sa.UniqueConstraint("application_id", "number"),
        sa.Index("ix_clarification_request_state_due_at", "state", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("application.id"))
    number: Mapped[int]
    kind: Mapped[ClarificationKind] = mapped_column(sa.Text)
    question: Mapped[str]
    field: Mapped[str | None]
    due_at: Mapped[datetime]
    state: Mapped[ClarificationState] = mapped_column(sa.Text)
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answer_file_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    decision_words: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

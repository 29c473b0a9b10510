"""Questions to a consortium after the deadline: lists, one of them, and those that are about to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, ClarificationRequest
from app.applications.rules.check_lifecycle import ClarificationKind, ClarificationState
from app.applications.rules.clarifications import standing_of
from app.applications.rules.lifecycle import ApplicationState
from app.core.errors import NotFoundError
from app.documents.models import StoredFile
from app.infra.db.statements import NOW, ONE, among


@dataclass(frozen=True, slots=True)
class ClarificationRow:
    """A question with its answer; ``state`` is that of the instant of reading, ``filename`` that of the answer's PDF."""

    id: UUID
    application_id: UUID
    number: int
    kind: ClarificationKind
    question: str
    field: str | None
    due_at: datetime
    state: ClarificationState
    asked_by: UUID | None
    asked_at: datetime
    answer: str
    answered_by: UUID | None
    answered_at: datetime | None
    decision_words: str
    decided_by: UUID | None
    decided_at: datetime | None
    filename: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that waits for an answer, for the start page."""

    application_id: UUID
    number: int
    kind: ClarificationKind
    due_at: datetime


def clarifications(session: Session, application_id: UUID, *, now: datetime) -> Sequence[ClarificationRow]:
    """Every question to a consortium, latest first."""
    return [_row(row, now) for row in session.execute(_OF_APPLICATION, {"one": application_id})]


def clarification(session: Session, application_id: UUID, clarification_id: UUID, *, now: datetime) -> ClarificationRow:
    """One question to this consortium; raise NotFound."""
    statement = _rows().where(
        ClarificationRequest.id == clarification_id, ClarificationRequest.application_id == application_id
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFoundError("clarification request")
    return _row(row, now)


def _rows() -> sa.Select[*tuple[Any, ...]]:
    row = ClarificationRequest
    return sa.select(
        row.id,
        row.application_id,
        row.number,
        row.kind,
        row.question,
        row.field,
        row.due_at,
        row.state,
        row.asked_by,
        row.asked_at,
        row.answer,
        row.answered_by,
        row.answered_at,
        row.decision_words,
        row.decided_by,
        row.decided_at,
        StoredFile.filename,
        StoredFile.sha256,
    ).outerjoin(StoredFile, StoredFile.id == row.answer_file_id)


_OF_APPLICATION = _rows().where(ClarificationRequest.application_id == ONE).order_by(ClarificationRequest.number.desc())
_OPEN = (
    sa.select(
        ClarificationRequest.application_id,
        ClarificationRequest.number,
        ClarificationRequest.kind,
        ClarificationRequest.due_at,
    )
    .join(Application, Application.id == ClarificationRequest.application_id)
    .where(
        among(ClarificationRequest.application_id),
        ClarificationRequest.state == ClarificationState.OPEN,
        ClarificationRequest.due_at >= NOW,
        Application.state == ApplicationState.SUBMITTED,
    )
    .order_by(ClarificationRequest.due_at, ClarificationRequest.id)
)


def _row(row: Any, now: datetime) -> ClarificationRow:  # noqa: ANN401  # a row of _rows
    state = standing_of(ClarificationState(row.state), row.due_at, now)
    return ClarificationRow(**{**row._asdict(), "kind": ClarificationKind(row.kind), "state": state})


def open_questions(session: Session, application_ids: Sequence[UUID], *, now: datetime) -> Sequence[OpenQuestion]:
    """Questions to these consortia that can still be answered, those due soonest first. One query."""
    return [
        OpenQuestion(application_id, number, ClarificationKind(kind), due_at)
        for application_id, number, kind, due_at in session.execute(_OPEN, {"many": list(application_ids), "now": now})
    ]


def overdue_questions(session: Session, *, now: datetime) -> Sequence[tuple[UUID, UUID]]:
    """(application, question) of open ones whose time is over."""
    row = ClarificationRequest
    statement = sa.select(row.application_id, row.id).where(row.state == ClarificationState.OPEN, row.due_at < now)
    return [(one.application_id, one.id) for one in session.execute(statement.order_by(row.due_at, row.id))]


def clarification_for_change(session: Session, application_id: UUID, clarification_id: UUID) -> ClarificationRequest:
    """One question to this consortium, locked (its application is locked already); raise NotFound."""
    row = session.get(ClarificationRequest, clarification_id, with_for_update=True, populate_existing=True)
    if row is None or row.application_id != application_id:
        raise NotFoundError("clarification request")
    return row


def last_question(session: Session, application_id: UUID) -> int:
    """The number of the last question to a consortium; 0 before the first."""
    statement = sa.select(sa.func.coalesce(sa.func.max(ClarificationRequest.number), 0)).where(
        ClarificationRequest.application_id == application_id
    )
    return int(session.execute(statement).scalar_one())

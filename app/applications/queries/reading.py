"""What the consortium's pages read of an application. Core rows, constant query counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Attachment, BudgetSheet, SavedSection, Submission
from app.applications.rules.lifecycle import ApplicationState
from app.applications.schemas import ApplicationHead, AttachmentRow, SectionRow, SheetRow, SubmissionRow
from app.core.canonical import digest
from app.core.errors import NotFoundError
from app.documents.models import StoredFile
from app.infra.db.statements import ONE, among

HEAD: tuple[Any, ...] = (
    Application.id,
    Application.call_id,
    Application.reference,
    Application.strand,
    Application.stage,
    Application.acronym,
    Application.title,
    Application.state,
    Application.requested,
    Application.created_at,
    Application.changed_at,
    Application.changed_by,
    Application.submitted_at,
    Application.last_submission_id,
    Application.withdrawal_reason,
    Application.decided_at,
)
_NAMES = tuple(column.key for column in HEAD)
_SUBMISSION: tuple[Any, ...] = (
    Submission.id,
    Submission.application_id,
    Submission.number,
    Submission.received_at,
    Submission.submitted_by,
    Submission.sha256,
    Submission.requested,
    Submission.eligible,
    Submission.partners,
    Submission.call_version_id,
)

_ONE_HEAD = sa.select(*HEAD).where(Application.id == ONE)
_HEADS = sa.select(*HEAD).where(among(Application.id)).order_by(Application.changed_at.desc())
_SECTIONS = sa.select(
    SavedSection.application_id,
    SavedSection.section,
    SavedSection.answers,
    SavedSection.version,
    SavedSection.saved_at,
    SavedSection.saved_by,
).where(among(SavedSection.application_id))
_SHEETS = sa.select(
    BudgetSheet.partner_id, BudgetSheet.own_funding, BudgetSheet.version, BudgetSheet.saved_at, BudgetSheet.saved_by
).where(BudgetSheet.application_id == ONE)
_ATTACHMENTS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Attachment.application_id,
        Attachment.id,
        Attachment.field,
        Attachment.file_id,
        StoredFile.filename,
        sa.func.coalesce(StoredFile.pages, 0),
        StoredFile.size,
        StoredFile.sha256,
        Attachment.attached_at,
    )
    .join(StoredFile, StoredFile.id == Attachment.file_id)
    .where(among(Attachment.application_id), Attachment.removed_at.is_(None))
)
_OF_APPLICATION = sa.select(*_SUBMISSION).where(Submission.application_id == ONE).order_by(Submission.number.desc())


def application_head(session: Session, application_id: UUID) -> ApplicationHead:
    """The application without its content; raise NotFound."""
    row = session.execute(_ONE_HEAD, {"one": application_id}).first()
    if row is None:
        raise NotFoundError("application")
    return head_from(row)


def head_from(row: Sequence[Any]) -> ApplicationHead:
    """A row of ``HEAD``; its state as its enumeration."""
    values = dict(zip(_NAMES, row, strict=True))
    return ApplicationHead(**{**values, "state": ApplicationState(values["state"])})


def heads_of(session: Session, application_ids: Sequence[UUID]) -> Sequence[ApplicationHead]:
    """Several applications, latest change first."""
    return [head_from(row) for row in session.execute(_HEADS, {"many": list(application_ids)})]


def sections(session: Session, application_id: UUID) -> Mapping[str, SectionRow]:
    """Saved sections by id."""
    return sections_of(session, [application_id])[application_id]


def sections_of(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, SectionRow]]:
    """Saved sections of several applications, by id. One query."""
    found: dict[UUID, dict[str, SectionRow]] = {identity: {} for identity in application_ids}
    for identity, *values in session.execute(_SECTIONS, {"many": list(application_ids)}):
        found[identity][values[0]] = SectionRow(*values)
    return found


def sheets(session: Session, application_id: UUID) -> Mapping[UUID, SheetRow]:
    """Saved budget sheets by partner."""
    return {row.partner_id: SheetRow(*row) for row in session.execute(_SHEETS, {"one": application_id})}


def attachments(session: Session, application_id: UUID) -> Mapping[str, AttachmentRow]:
    """Current documents by field."""
    return attachments_of(session, [application_id])[application_id]


def attachments_of(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, AttachmentRow]]:
    """Current documents of several applications, by field. One query."""
    found: dict[UUID, dict[str, AttachmentRow]] = {identity: {} for identity in application_ids}
    for identity, *values in session.execute(_ATTACHMENTS, {"many": list(application_ids)}):
        found[identity][values[1]] = AttachmentRow(*values)
    return found


def submissions(session: Session, application_id: UUID) -> Sequence[SubmissionRow]:
    """Every submission of an application, latest first; the first of them counts."""
    return [SubmissionRow(*row) for row in session.execute(_OF_APPLICATION, {"one": application_id})]


def submission(session: Session, submission_id: UUID) -> SubmissionRow:
    """One submission without its content; raise NotFound."""
    row = session.execute(sa.select(*_SUBMISSION).where(Submission.id == submission_id)).first()
    if row is None:
        raise NotFoundError("submission")
    return SubmissionRow(*row)


def snapshot(session: Session, submission_id: UUID) -> Mapping[str, Any]:
    """What was submitted, as stored; raise NotFound."""
    statement = sa.select(Submission.snapshot).where(Submission.id == submission_id)
    found: Mapping[str, Any] | None = session.execute(statement).scalar()
    if found is None:
        raise NotFoundError("submission")
    return found


def altered_submissions(session: Session) -> Sequence[UUID]:
    """Submissions whose content no longer has the hash it was stored with (for ``verify``)."""
    statement = sa.select(Submission.id, Submission.snapshot, Submission.sha256).execution_options(yield_per=200)
    return [row.id for row in session.execute(statement) if digest(row.snapshot) != row.sha256]

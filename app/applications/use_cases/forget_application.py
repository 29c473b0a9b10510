"""Forget what an application holds of people when its time is over."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import RoleAssignment
from app.applications.models import Application, Attachment, BudgetSheet, CostLine, SavedSection
from app.core.actor import ScopeKind
from app.documents.use_cases.forget_files import forget_files
from app.partnerships.use_cases.forget_invited import forget_all_invited


def forget_people(session: Session, application_id: UUID, *, instead: str) -> None:
    """Contacts and team lose their roles in the application, and invited addresses become ``instead``.

    For use cases that have already decided. What was submitted stays: it names organisations.
    """
    here = (RoleAssignment.scope == ScopeKind.APPLICATION, RoleAssignment.scope_id == application_id)
    session.execute(sa.delete(RoleAssignment).where(*here))
    forget_all_invited(session, application_id, instead=instead)


def forget_content(session: Session, application_id: UUID) -> frozenset[str]:
    """Answers, budget and uploads of an application that was never submitted are gone; reference and history stay.

    SHA-256 of the uploads whose bytes nobody needs any more; they are removed once the transaction is committed.
    """
    session.execute(sa.delete(SavedSection).where(SavedSection.application_id == application_id))
    session.execute(sa.delete(CostLine).where(CostLine.application_id == application_id))
    session.execute(sa.delete(BudgetSheet).where(BudgetSheet.application_id == application_id))
    files = sa.delete(Attachment).where(Attachment.application_id == application_id).returning(Attachment.file_id)
    gone = session.scalars(files).all()
    session.execute(sa.update(Application).where(Application.id == application_id).values(title=""))
    return forget_files(session, gone)

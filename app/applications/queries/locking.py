"""Rows that are about to change, locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Attachment, BudgetSheet, SavedSection, Submission
from app.applications.queries.applied_call import open_call
from app.applications.rules.lifecycle import ApplicationState, can_be_edited
from app.applications.rules.submission import deadline_violations
from app.calls.queries import calls_past_first_deadline
from app.calls.rules.phases import may_close
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.infra.db.statements import ONE

_CALL_OF = sa.select(Application.call_id).where(Application.id == ONE)
_LOCKED = sa.select(Application).where(Application.id == ONE).with_for_update(key_share=True)
_LAST_NUMBER = sa.select(sa.func.coalesce(sa.func.max(Submission.number), 0)).where(Submission.application_id == ONE)


def call_of(session: Session, application_id: UUID) -> UUID:
    """The call of an application, which never changes; raise NotFound. Locks nothing."""
    found = session.execute(_CALL_OF, {"one": application_id}).scalar()
    if found is None:
        raise NotFoundError("application")
    return found


def application_for_change(session: Session, application_id: UUID) -> Application | None:
    """One application, locked."""
    return session.scalars(_LOCKED, {"one": application_id}).first()


def editable_application(session: Session, application_id: UUID, *, now: datetime) -> Application:
    """One application whose working copy may be changed at ``now``, locked.

    Raise NotFound, TransitionNotAllowed after "not submitted", RulesViolated after the deadline.
    """
    application = application_for_change(session, application_id)
    if application is None:
        raise NotFoundError("application")
    if not can_be_edited(ApplicationState(application.state)):
        raise TransitionNotAllowedError("application", application.state, "changed")
    if late := deadline_violations(open_call(session, application.call_id).rules, application.stage, now):
        raise RulesViolatedError(late)
    return application


def saved_section_for_change(session: Session, application_id: UUID, section: str) -> SavedSection | None:
    """One section, locked (its application is locked already)."""
    return session.get(SavedSection, (application_id, section), with_for_update=True, populate_existing=True)


def sheet_for_change(session: Session, application_id: UUID, partner_id: UUID) -> BudgetSheet | None:
    """One partner's sheet, locked (its application is locked already)."""
    return session.get(BudgetSheet, (application_id, partner_id), with_for_update=True, populate_existing=True)


def attachment_for_change(session: Session, application_id: UUID, field: str) -> Attachment | None:
    """The current document of a field, locked."""
    return session.scalars(
        sa.select(Attachment)
        .where(Attachment.application_id == application_id, Attachment.field == field, Attachment.removed_at.is_(None))
        .with_for_update()
    ).first()


def drafts_for_change(
    session: Session, call_id: UUID, *, stages: Collection[str] | None = None
) -> Sequence[Application]:
    """Every draft of a call, or of some of its stages, locked in the order of their ids."""
    statement = sa.select(Application).where(
        Application.call_id == call_id, Application.state == ApplicationState.DRAFT
    )
    if stages is not None:
        statement = statement.where(Application.stage.in_(stages))
    return session.scalars(statement.order_by(Application.id).with_for_update()).all()


def drafts_of_ended_stages(session: Session, *, now: datetime) -> Mapping[UUID, frozenset[str]]:
    """Calls that go on although a stage is over, with those of their ended stages in which drafts are left."""
    ended = {
        call_id: {stage.id for stage in rules.timetable.stages if may_close(stage.deadline.instant, now)}
        for call_id, rules in calls_past_first_deadline(session, now=now).items()
        if not may_close(rules.timetable.ends_at, now)
    }
    statement = sa.select(Application.call_id, Application.stage).where(
        Application.call_id.in_(ended), Application.state == ApplicationState.DRAFT
    )
    left: dict[UUID, set[str]] = {}
    for call_id, stage in session.execute(statement.distinct()) if ended else ():
        if stage in ended[call_id]:
            left.setdefault(call_id, set()).add(stage)
    return {call_id: frozenset(stages) for call_id, stages in left.items()}


def last_number(session: Session, application_id: UUID) -> int:
    """The number of the last submission; 0 before the first."""
    return int(session.execute(_LAST_NUMBER, {"one": application_id}).scalar_one())

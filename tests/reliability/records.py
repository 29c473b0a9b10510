"""What the database holds after a storm, and what must be true of it whatever happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.applications.queries.reading import altered_submissions
from app.applications.rules.lifecycle import ApplicationState
from app.audit.models import Event
from app.audit.use_cases.verify_chains import verify_chains
from app.documents.models import Document
from app.infra.queue import QueueKey

if TYPE_CHECKING:
    from app.infra.db.engine import Database


@dataclass(frozen=True, slots=True)
class Stored:
    """One submission as it is stored."""

    id: UUID
    application_id: UUID
    number: int
    received_at: datetime


def stored_submissions(database: Database) -> list[Stored]:
    """Every submission."""
    with database.reading() as session:
        rows = session.execute(
            sa.select(Submission.id, Submission.application_id, Submission.number, Submission.received_at)
        )
        return [Stored(*row) for row in rows]


def assert_nothing_is_half_done(database: Database) -> None:
    """Every submission with its state, event, document and job, each exactly once; nothing without its cause."""
    with database.reading() as session:
        submissions = Counter(session.scalars(sa.select(Submission.id)))
        assert Counter(session.scalars(sa.select(Document.subject_id))) == submissions, "one receipt for each"
        keys = session.scalars(sa.select(QueueKey.key).where(QueueKey.task == "render_document"))
        assert Counter(keys) == Counter(f"render:{one}" for one in session.scalars(sa.select(Document.id)))
        assert jobs_by_document(session) == Counter(str(one) for one in session.scalars(sa.select(Document.id)))
        told = session.scalars(sa.select(Event.facts["submission"].astext).where(Event.kind == "application.submitted"))
        assert Counter(told) == Counter(str(one) for one in submissions)
        latest = sa.select(sa.func.max(Submission.received_at)).where(Submission.application_id == Application.id)
        wrong = session.scalars(
            sa.select(Application.reference).where(
                sa.or_(
                    (Application.state == ApplicationState.SUBMITTED) != Application.last_submission_id.is_not(None),
                    Application.submitted_at.is_distinct_from(latest.scalar_subquery()),
                )
            )
        ).all()
        assert wrong == [], "state and submissions agree"
        assert altered_submissions(session) == []
        assert verify_chains(session).broken == ()


def jobs_by_document(session: Session) -> Counter[str]:
    """How many render jobs there are of each document."""
    rows = session.execute(
        sa.text("select args->>'document_id' from procrastinate_jobs where task_name = 'render_document'")
    )
    return Counter(row[0] for row in rows)

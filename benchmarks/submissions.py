"""Submitting against a bare transaction that writes the same rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import actor_of_person
from app.applications.models import Application, Submission
from app.applications.use_cases.submit_application import submit_application
from app.audit.models import ChainHead, Event
from app.audit.use_cases.record_event import DELIVER_TASK
from app.documents.models import Document
from app.documents.use_cases.request_document import RENDER_TASK
from app.infra.ids import new_id
from app.infra.queue import enqueue
from benchmarks.measure import Row
from tests.conftest import NOW

if TYPE_CHECKING:
    from uuid import UUID

    from benchmarks.stage import Stage
    from tests.builders.copies import Copy

TARGET = 2.0
"""At least half of the bare throughput."""
ROUND = 20


def rows(stage: Stage) -> Iterator[Row]:
    """Milliseconds for each, by the clock on the wall: most of it is the database's."""
    now = NOW + timedelta(hours=1)
    model = _rows_of_one(stage, stage.waiting[0], now=now)
    rounds = [stage.waiting[start : start + ROUND] for start in range(1, len(stage.waiting) - ROUND, ROUND)]
    ours, bare = [], []
    for number, group in enumerate(rounds):
        if number % 2:
            bare.append(_timed(lambda one: _bare(stage, one, model), group))
        else:
            ours.append(_timed(lambda one: _ours(stage, one, now=now), group))
    yield Row("submission, one transaction", statistics.median(ours), statistics.median(bare), TARGET)


def _timed(submit: Callable[[Copy], object], group: list[Copy]) -> float:
    begin = time.perf_counter()
    for one in group:
        submit(one)
    return (time.perf_counter() - begin) * 1000 / len(group)


def _ours(stage: Stage, one: Copy, *, now: datetime) -> UUID:
    with stage.runtime.database.transaction() as session:
        return submit_application(session, actor_of_person(session, one.person_id), one.application_id, now=now)


def _rows_of_one(stage: Stage, one: Copy, *, now: datetime) -> dict[str, dict[str, Any]]:
    """What a real submission wrote, table by table."""
    submission_id = _ours(stage, one, now=now)
    with stage.runtime.database.reading() as session:
        document_id = session.scalars(sa.select(Document.id).where(Document.subject_id == submission_id)).one()
        return {
            "submission": _row(session, Submission, Submission.id == submission_id),
            "document": _row(session, Document, Document.id == document_id),
            "submitted": _row(
                session, Event, (Event.subject_id == one.application_id) & (Event.kind == "application.submitted")
            ),
            "requested": _row(session, Event, Event.subject_id == document_id),
        }


def _row(session: Session, table: Any, condition: Any) -> dict[str, Any]:  # noqa: ANN401  # a mapped class
    names = [column.key for column in sa.inspect(table).column_attrs if column.key != "seq"]
    found = session.execute(sa.select(*(getattr(table, name) for name in names)).where(condition)).one()
    return dict(zip(names, found, strict=True))


def _bare(stage: Stage, one: Copy, model: dict[str, dict[str, Any]]) -> None:
    """The rows and nothing else: no reading, no checking, no hashing."""
    submission_id, document_id = new_id(), new_id()
    with stage.runtime.database.transaction() as session:
        session.execute(sa.select(Application.id).where(Application.id == one.application_id).with_for_update())
        mine = {"id": submission_id, "application_id": one.application_id}
        session.execute(sa.insert(Submission), [model["submission"] | mine])
        session.execute(
            sa.update(Application)
            .where(Application.id == one.application_id)
            .values(state="submitted", submitted_at=NOW, last_submission_id=submission_id)
        )
        about = {"id": document_id, "subject_id": submission_id, "verification_code": document_id.hex}
        session.execute(sa.insert(Document), [model["document"] | about])
        for name, subject in (("submitted", one.application_id), ("requested", document_id)):
            event = model[name] | {"id": new_id(), "subject_id": subject, "position": 1}
            session.execute(
                sa.insert(ChainHead),
                [{"subject_kind": event["subject_kind"], "subject_id": subject, "length": 1, "hash": event["hash"]}],
            )
            session.execute(sa.insert(Event), [event])
        enqueue(session, DELIVER_TASK, event_id=str(submission_id))
        enqueue(session, RENDER_TASK, key=f"render:receipt:{submission_id}", document_id=str(document_id))

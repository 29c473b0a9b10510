"""Experts whose reports are due soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.queries.applied_call import applied_call
from app.evaluation.models import Assignment, EvaluationRound
from app.evaluation.queries.assignments import with_awaited
from app.notifications.queries.addressees import ADDRESSEE
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import Addressee, CallFacts
from app.notifications.rules.reminders import REPORT_REMINDERS


@dataclass(frozen=True, slots=True)
class ReportsDue:
    """Reports of one expert in one call that are due at the same instant and are not submitted."""

    round_id: UUID
    call: CallFacts
    expert: Addressee
    due_at: datetime
    assigned_at: datetime
    """When the first of them was assigned."""
    reports: int


def reports_due(session: Session, *, now: datetime, person_id: UUID | None = None) -> Sequence[ReportsDue]:
    """Experts who may be due for a reminder; of one person where one is named."""
    columns: tuple[Any, ...] = (
        Assignment.round_id,
        EvaluationRound.call_id,
        Assignment.due_at,
        Assignment.assigned_at,
        *ADDRESSEE,
    )
    statement = (
        with_awaited(sa.select(*columns).select_from(Assignment))
        .join(Person, Person.id == Assignment.person_id)
        .where(Person.active, Assignment.due_at >= now, Assignment.due_at <= now + max(REPORT_REMINDERS))
        .order_by(Assignment.due_at, Assignment.id)
    )
    if person_id is not None:
        statement = statement.where(Assignment.person_id == person_id)
    found: dict[tuple[UUID, UUID, datetime, Addressee], list[datetime]] = defaultdict(list)
    for round_id, call_id, due_at, assigned_at, *person in session.execute(statement):
        found[round_id, call_id, due_at, Addressee(*person)].append(assigned_at)
    calls = {call_id: call_facts(applied_call(session, call_id)) for call_id in {key[1] for key in found}}
    return [
        ReportsDue(round_id, calls[call_id], expert, due_at, min(assigned), len(assigned))
        for (round_id, call_id, due_at, expert), assigned in found.items()
    ]

"""What an officer finds about the means of a partner, or of the partnership."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import CapacityRecorded
from app.evaluation.models import CapacityResult
from app.evaluation.queries.candidates import panel_facts
from app.evaluation.queries.committee import panel_access
from app.evaluation.rules.committee import reason_findings
from app.evaluation.rules.selection import CapacityOutcome
from app.evaluation.schemas import RecordCapacity
from app.evaluation.use_cases.set_mark import for_panel
from app.infra.ids import new_id


def record_capacity(
    session: Session, actor: Actor, application_id: UUID, wanted: RecordCapacity, *, now: datetime
) -> UUID:
    """Store a finding; the latest one counts. Return its id.

    Raise NotPermitted unless the actor conducts the evaluation, RulesViolated for a check that the call does not ask,
    and without words where the means are weak or insufficient.
    """
    known = for_panel(session, actor, application_id)
    if not panel_access(session, actor, known).runs:
        raise NotPermittedError
    facts = panel_facts(session, known)
    judged = next(one for one in facts.judged if one.application_id == application_id)
    due = {(check.kind, check.partner_id) for check in facts.due(known, judged)}
    found = []
    if (wanted.kind, wanted.partner_id) not in due:
        words = "The call asks for no such check of this application."
        found.append(Violation("capacity.not_asked", words, "kind"))
    if wanted.outcome is not CapacityOutcome.SUFFICIENT:
        found += reason_findings(wanted.words, "words")
    if found:
        raise RulesViolatedError(found)
    made = CapacityResult(
        id=new_id(),
        application_id=application_id,
        partner_id=wanted.partner_id,
        kind=wanted.kind,
        outcome=wanted.outcome,
        words=wanted.words,
        recorded_at=now,
        recorded_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    event = CapacityRecorded(
        subject_id=application_id,
        facts={"check": wanted.kind, "outcome": wanted.outcome, "partner": wanted.partner_id},
        personal={"words": wanted.words} if wanted.words else {},
        call_id=known.row.call_id,
        application_id=application_id,
    )
    record_event(session, actor, event, now=now)
    return made.id

"""Note that every applicant was told the result."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.evaluation.events import RoundMoved
from app.evaluation.policies import require_running
from app.evaluation.queries.rounds import round_for_change, round_row, round_rules
from app.evaluation.rules.lifecycle import ROUND, RoundEvent


def mark_informed(session: Session, actor: Actor, round_id: UUID, *, now: datetime) -> None:
    """Note that every applicant was told the result; what the call opens to applicants then opens."""
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = round_for_change(session, round_id)
    found.state = ROUND.after(found.state, RoundEvent.INFORM)
    found.informed_at = now
    session.flush()
    facts = {"state": found.state}
    record_event(session, actor, RoundMoved(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)

"""Settle a question: accept or refuse the answer of the consortium."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import ClarificationSettled
from app.applications.queries.checks import judged_for_change
from app.applications.queries.clarifications import clarification_for_change
from app.applications.queries.screened import check_facts
from app.applications.rules.check_decisions import reason_violations, standing_violations
from app.applications.rules.check_lifecycle import CLARIFICATION, CheckStep, ClarificationEvent, ClarificationState
from app.applications.schemas import SettleClarification
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError


def settle_clarification(
    session: Session,
    actor: Actor,
    application_id: UUID,
    clarification_id: UUID,
    wanted: SettleClarification,
    *,
    now: datetime,
) -> None:
    """Accept or refuse an answer; a refusal says why. Raise TransitionNotAllowed where there is no answer to settle."""
    call, judged = judged_for_change(session, actor, application_id)
    asked = clarification_for_change(session, application_id, clarification_id)
    event = ClarificationEvent.ACCEPT if wanted.accept else ClarificationEvent.REFUSE
    after = CLARIFICATION.after(ClarificationState(asked.state), event)
    refused = (
        *standing_violations(check_facts(judged, CheckStep.ADMISSIBILITY, call.state)),
        *(() if wanted.accept else reason_violations(wanted.words, "words")),
    )
    if refused:
        raise RulesViolatedError(refused)
    asked.state, asked.decision_words = after, wanted.words
    asked.decided_by, asked.decided_at = actor.person_id, now
    session.flush()
    record_event(
        session,
        actor,
        ClarificationSettled(
            subject_id=asked.id,
            facts={"number": asked.number, "state": after.value},
            personal={"words": wanted.words},
            call_id=call.id,
            application_id=application_id,
        ),
        now=now,
    )

"""Ask a consortium for a missing paper, about a clerical error, or to be heard; and take the question back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import ClarificationAsked, ClarificationWithdrawn
from app.applications.models import ClarificationRequest
from app.applications.queries.checks import judged_for_change
from app.applications.queries.clarifications import clarification_for_change, last_question
from app.applications.queries.screened import check_facts, rules_of_submissions
from app.applications.rules.check_decisions import standing_violations
from app.applications.rules.check_lifecycle import CLARIFICATION, CheckStep, ClarificationEvent, ClarificationState
from app.applications.rules.clarifications import asking_violations, standing_of
from app.applications.rules.screening import next_step
from app.applications.schemas import AskClarification
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.infra.ids import new_id


def ask_clarification(
    session: Session, actor: Actor, application_id: UUID, wanted: AskClarification, *, now: datetime
) -> UUID:
    """Put a question; return its id. What was submitted stays as it is.

    Raise RulesViolated for a due instant that is too near or too far, for what is no document of the form, before the
    call is closed, and once everything is decided.
    """
    call, judged = judged_for_change(session, actor, application_id)
    rules = rules_of_submissions(session, [judged])[judged.call_version_id]
    refused = (
        *standing_violations(check_facts(judged, CheckStep.ADMISSIBILITY, call.state)),
        *asking_violations(
            rules, field=wanted.field, due_at=wanted.due_at, over=next_step(judged.states) is None, now=now
        ),
    )
    if refused:
        raise RulesViolatedError(refused)
    asked = ClarificationRequest(
        id=new_id(),
        application_id=application_id,
        number=last_question(session, application_id) + 1,
        kind=wanted.kind,
        question=wanted.question,
        field=wanted.field,
        due_at=wanted.due_at,
        state=CLARIFICATION.initial,
        asked_by=actor.person_id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    record_event(
        session,
        actor,
        ClarificationAsked(
            subject_id=asked.id,
            facts={
                "number": asked.number,
                "about": wanted.kind.value,
                "field": wanted.field or "",
                "due_at": wanted.due_at,
            },
            personal={"question": wanted.question},
            call_id=call.id,
            application_id=application_id,
        ),
        now=now,
    )
    return asked.id


def withdraw_clarification(
    session: Session, actor: Actor, application_id: UUID, clarification_id: UUID, *, now: datetime
) -> None:
    """Take a question back that nobody has answered; raise TransitionNotAllowed for any other."""
    call, _judged = judged_for_change(session, actor, application_id)
    asked = clarification_for_change(session, application_id, clarification_id)
    state = standing_of(ClarificationState(asked.state), asked.due_at, now)
    asked.state = CLARIFICATION.after(state, ClarificationEvent.WITHDRAW)
    asked.decided_by, asked.decided_at = actor.person_id, now
    session.flush()
    record_event(
        session,
        actor,
        ClarificationWithdrawn(
            subject_id=asked.id, facts={"number": asked.number}, call_id=call.id, application_id=application_id
        ),
        now=now,
    )

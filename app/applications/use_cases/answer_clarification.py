"""Answer a question of the office in time, with words and, where it helps, a PDF. The submission is not touched."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import ClarificationAnswered
from app.applications.policies import require_edit
from app.applications.queries.applied_call import open_call
from app.applications.queries.clarifications import clarification_for_change
from app.applications.queries.locking import application_for_change, call_of
from app.applications.queries.screened import check_facts, rules_of_submissions, screened
from app.applications.rules.check_decisions import standing_violations
from app.applications.rules.check_lifecycle import CLARIFICATION, CheckStep, ClarificationEvent, ClarificationState
from app.applications.rules.clarifications import answer_violations
from app.applications.schemas import AnswerClarification
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file


def answer_clarification(  # noqa: PLR0913  # what is answered by what
    session: Session,
    actor: Actor,
    application_id: UUID,
    clarification_id: UUID,
    wanted: AnswerClarification,
    uploaded: FileToStore | None = None,
    *,
    now: datetime,
) -> None:
    """Store the answer; ``now`` is the instant of receipt and ``uploaded`` lies in the file store already.

    Raise NotFound for strangers, RulesViolated for a late, empty or too large answer, TransitionNotAllowed where the
    question is no longer open.
    """
    require_edit(actor, application_id)
    call = open_call(session, call_of(session, application_id))
    application_for_change(session, application_id)
    asked = clarification_for_change(session, application_id, clarification_id)
    judged = screened(session, application_id)
    if judged is None:
        raise NotFoundError("clarification request")
    after = CLARIFICATION.after(ClarificationState(asked.state), ClarificationEvent.ANSWER)
    refused = (
        *standing_violations(check_facts(judged, CheckStep.ADMISSIBILITY, call.state)),
        *answer_violations(
            rules_of_submissions(session, [judged])[judged.call_version_id],
            text=wanted.answer,
            field=asked.field,
            size=uploaded.size if uploaded else None,
            due_at=asked.due_at,
            now=now,
        ),
    )
    if refused:
        raise RulesViolatedError(refused)
    asked.state, asked.answer = after, wanted.answer
    asked.answer_file_id = store_file(session, actor, uploaded, now=now) if uploaded else None
    asked.answered_by, asked.answered_at = actor.person_id, now
    session.flush()
    record_event(
        session,
        actor,
        ClarificationAnswered(
            subject_id=asked.id,
            facts={"number": asked.number, "sha256": uploaded.sha256 if uploaded else ""},
            personal={"answer": wanted.answer, "filename": uploaded.filename if uploaded else ""},
            call_id=call.id,
            application_id=application_id,
        ),
        now=now,
    )

"""Start the evaluation: the applications that were admitted go to the experts, as they were submitted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.applications.queries.checks import admitted_applications, screening_counts
from app.audit.use_cases.record_event import record_event
from app.calls.rules.lifecycle import CallState
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import EvaluationStarted
from app.evaluation.models import EvaluationRound, JudgedApplication
from app.evaluation.policies import require_running
from app.evaluation.queries.rounds import round_of_call
from app.evaluation.rules.lifecycle import JUDGEMENT, ROUND
from app.evaluation.schemas import StartEvaluation
from app.infra.ids import new_id


def start_evaluation(session: Session, actor: Actor, call_id: UUID, wanted: StartEvaluation, *, now: datetime) -> UUID:
    """Open the round of the call's first stage; return its id.

    Raise RulesViolated before the call is closed, while applications are still being checked or where none was
    admitted, for a second round, and for reports that would be due in the past.
    """
    call = applied_call(session, call_id, share=True)
    require_running(actor, call_id, call.programme_id)
    stage = call.rules.timetable.stages[0].id
    admitted = admitted_applications(session, call_id)
    if found := _against(session, call_id, call.state, wanted, admitted=len(admitted), now=now):
        raise RulesViolatedError(found)
    made = EvaluationRound(
        id=new_id(),
        call_id=call_id,
        stage=stage,
        call_version_id=call.version_id,
        state=ROUND.initial,
        reports_due_at=wanted.reports_due_at,
        started_at=now,
        started_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    session.add_all(
        JudgedApplication(
            application_id=one.application_id,
            round_id=made.id,
            submission_id=one.submission_id,
            state=JUDGEMENT.initial,
            changed_at=now,
        )
        for one in admitted
    )
    session.flush()
    facts = {"stage": stage, "applications": len(admitted), "reports_due_at": wanted.reports_due_at}
    record_event(session, actor, EvaluationStarted(subject_id=made.id, facts=facts, call_id=call_id), now=now)
    return made.id


def _against(  # what stands in the way, all at once
    session: Session, call_id: UUID, state: CallState, wanted: StartEvaluation, *, admitted: int, now: datetime
) -> list[Violation]:
    found = []
    if state is not CallState.CLOSED:
        found.append(Violation("evaluation.call_not_closed", "The evaluation starts when the call is closed."))
    if round_of_call(session, call_id) is not None:
        found.append(Violation("evaluation.started_already", "The evaluation of this call has been started already."))
    counts = screening_counts(session, call_id)
    if waiting := counts.open + counts.proposed:
        words = "{waiting} applications are still being checked."
        found.append(Violation("evaluation.checks_unfinished", words, figures={"waiting": waiting}))
    if not admitted:
        found.append(Violation("evaluation.nothing_admitted", "No application has passed its checks yet."))
    if wanted.reports_due_at <= now:
        words = "Reports must be due after now."
        found.append(Violation("evaluation.due_in_past", words, "reports_due_at"))
    return found

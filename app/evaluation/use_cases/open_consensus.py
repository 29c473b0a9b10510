"""Open the consensus on an application, or on every one of a call that is ready: the experts read each other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import JudgementMoved
from app.evaluation.models import ConsensusReport
from app.evaluation.policies import require_running
from app.evaluation.queries.acting import Act, office_act, readiness
from app.evaluation.queries.assignments import assignments_of_application
from app.evaluation.queries.reports import consensus_for_change
from app.evaluation.queries.rounds import judged_rows, round_of_call, round_rules
from app.evaluation.rules.lifecycle import CONSENSUS, JUDGEMENT, JudgementEvent, JudgementState


def open_consensus(session: Session, actor: Actor, application_id: UUID, *, now: datetime) -> None:
    """Let the experts of an application see each other's reports; the rapporteur drafts the report of the group.

    Raise RulesViolated where reports are missing or nobody is the rapporteur.
    """
    act = office_act(session, actor, application_id, JudgementState.INDIVIDUAL, seat=True)
    if found := readiness(act.rules.evaluation, assignments_of_application(session, application_id)):
        raise RulesViolatedError(found)
    _open(session, actor, act, now)


def open_ready_consensus(session: Session, actor: Actor, call_id: UUID, *, now: datetime) -> int:
    """Open it for every application of the call that has all its reports; return for how many.

    Raise RulesViolated where none is ready, NotFound for a call whose evaluation has not begun.
    """
    found = round_of_call(session, call_id)
    if found is None:
        raise NotFoundError("evaluation")
    require_running(actor, call_id, round_rules(session, found).programme_id)
    opened = 0
    for judged in sorted(judged_rows(session, found.id), key=lambda row: row.application_id):
        if judged.state is not JudgementState.INDIVIDUAL:
            continue
        try:
            act = office_act(session, actor, judged.application_id, JudgementState.INDIVIDUAL)
        except RulesViolatedError:  # withdrawn, or somebody was faster
            continue
        if not readiness(act.rules.evaluation, assignments_of_application(session, judged.application_id)):
            _open(session, actor, act, now)
            opened += 1
    if not opened:
        raise RulesViolatedError(
            [Violation("evaluation.none_ready", "No application has all its individual reports yet.")]
        )
    return opened


def _open(session: Session, actor: Actor, act: Act, now: datetime) -> None:
    act.judged.state = JUDGEMENT.after(JudgementState(act.judged.state), JudgementEvent.OPEN_CONSENSUS)
    act.judged.changed_at = now
    if consensus_for_change(session, act.application_id) is None:
        session.add(
            ConsensusReport(application_id=act.application_id, state=CONSENSUS.initial, version=1, saved_at=now)
        )
    session.flush()
    event = JudgementMoved(subject_id=act.application_id, facts={"state": act.judged.state}, call_id=act.call_id)
    record_event(session, actor, event, now=now)

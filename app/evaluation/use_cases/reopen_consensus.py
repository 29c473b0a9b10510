"""Reopen what was closed: a concluded consensus, or the individual reports so that a further expert is heard."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.evaluation.events import JudgementMoved
from app.evaluation.queries.acting import Act, office_act
from app.evaluation.queries.reports import consensus_for_change
from app.evaluation.rules.lifecycle import (
    CONSENSUS,
    JUDGEMENT,
    ConsensusEvent,
    ConsensusState,
    JudgementEvent,
    JudgementState,
)
from app.evaluation.schemas import WithReason


def reopen_consensus(
    session: Session, actor: Actor, application_id: UUID, wanted: WithReason, *, now: datetime
) -> None:
    """Make a concluded report a draft again, in a new version. Views on earlier versions stay as history.

    Raise RulesViolated once the panel has opened, and where nothing is concluded.
    """
    act = office_act(session, actor, application_id, JudgementState.CONCLUDED)
    stored = consensus_for_change(session, application_id)
    if stored is None:
        raise NotFoundError("consensus report")
    stored.state = CONSENSUS.after(ConsensusState(stored.state), ConsensusEvent.REOPEN)
    stored.version, stored.proposed_at, stored.concluded_at = stored.version + 1, None, None
    stored.agreement, stored.conclusion_words = "", ""
    act.judged.without_agreement = False
    _move(session, actor, act, JudgementEvent.REOPEN_CONSENSUS, wanted.reason, now)


def reopen_reports(session: Session, actor: Actor, application_id: UUID, wanted: WithReason, *, now: datetime) -> None:
    """Go back from the consensus to the individual phase: a further expert is heard, or a report is returned.

    What the rapporteur drafted is kept; a proposal is taken back. Experts no longer see each other's reports.
    """
    act = office_act(session, actor, application_id, JudgementState.CONSENSUS)
    stored = consensus_for_change(session, application_id)
    if stored is not None and CONSENSUS.allows(ConsensusState(stored.state), ConsensusEvent.REVISE):
        stored.state = CONSENSUS.after(ConsensusState(stored.state), ConsensusEvent.REVISE)
        stored.version, stored.proposed_at = stored.version + 1, None
    _move(session, actor, act, JudgementEvent.REOPEN_REPORTS, wanted.reason, now)


def _move(  # what is recorded with every step
    session: Session, actor: Actor, act: Act, event: JudgementEvent, reason: str, now: datetime
) -> None:
    act.judged.state = JUDGEMENT.after(JudgementState(act.judged.state), event)
    act.judged.changed_at = now
    session.flush()
    moved = JudgementMoved(
        subject_id=act.application_id,
        facts={"state": act.judged.state},
        personal={"reason": reason},
        call_id=act.call_id,
    )
    record_event(session, actor, moved, now=now)

"""Conclude the consensus on an application: unanimous, by majority, or left to the panel."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, StaleVersionError
from app.core.violations import Violation
from app.evaluation.events import JudgementMoved
from app.evaluation.queries.acting import Act, group_of, room_act
from app.evaluation.queries.reports import consensus_for_change, views_of
from app.evaluation.rules.committee import reason_findings
from app.evaluation.rules.consensus import (
    Agreement,
    View,
    agreement_of,
    conclusion_findings,
    opening_findings,
    panel_findings_of,
    viewing_findings,
)
from app.evaluation.rules.lifecycle import (
    CONSENSUS,
    JUDGEMENT,
    ConsensusEvent,
    ConsensusState,
    JudgementEvent,
    JudgementState,
)
from app.evaluation.schemas import ConcludeConsensus


def conclude_consensus(
    session: Session, actor: Actor, application_id: UUID, wanted: ConcludeConsensus, *, now: datetime
) -> Agreement:
    """Close the proposed report with what the views come to; return it. Minority views are kept with the report.

    The rapporteur or the moderator concludes; only the moderator leaves the scores to the panel where there is no
    majority. Raise RulesViolated while somebody is silent, for a group smaller than the call asks, and where a
    further expert must be heard; StaleVersion where the report changed.
    """
    act, own = room_act(session, actor, application_id)
    if not act.moderates and (wanted.panel_decides or own is None or not own.rapporteur):
        raise NotPermittedError(
            "Only the rapporteur or the moderator concludes; only the moderator turns to the panel."
        )
    stored = consensus_for_change(session, application_id)
    if stored is None:
        raise NotFoundError("consensus report")
    if found := viewing_findings(ConsensusState(stored.state)):
        raise RulesViolatedError(found)
    if wanted.version != stored.version:
        raise StaleVersionError(sent=wanted.version, current=stored.version)
    agreement, found = _judge(session, act, wanted)
    if found:
        raise RulesViolatedError(found)
    stored.state = CONSENSUS.after(ConsensusState(stored.state), ConsensusEvent.CONCLUDE)
    stored.concluded_at, stored.agreement = now, agreement.value
    stored.conclusion_words = wanted.reason if wanted.panel_decides else ""
    act.judged.state = JUDGEMENT.after(JudgementState(act.judged.state), JudgementEvent.CONCLUDE)
    act.judged.without_agreement, act.judged.changed_at = agreement is Agreement.NONE, now
    session.flush()
    facts = {"state": act.judged.state, "agreement": agreement.value}
    personal = {"reason": wanted.reason} if wanted.panel_decides else {}
    event = JudgementMoved(subject_id=application_id, facts=facts, personal=personal, call_id=act.call_id)
    record_event(session, actor, event, now=now)
    return agreement


def _judge(session: Session, act: Act, wanted: ConcludeConsensus) -> tuple[Agreement, tuple[Violation, ...]]:
    """What the group comes to, and why that cannot be concluded."""
    group = [one.id for one in group_of(session, act.application_id)]
    given = views_of(session, act.application_id, version=wanted.version)
    views = {one.assignment_id: View(one.assignment_id, one.agrees, one.words) for one in given}
    agreement = agreement_of(group, views)
    found = opening_findings(act.rules.evaluation, submitted=len(group), unfinished=0)
    if not wanted.panel_decides:
        return agreement, (*found, *conclusion_findings(act.rules.evaluation, agreement))
    silent = conclusion_findings(act.rules.evaluation, agreement) if agreement is Agreement.WAITING else ()
    return agreement, (*found, *silent, *panel_findings_of(agreement), *reason_findings(wanted.reason))

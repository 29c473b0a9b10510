"""Propose the consensus report to the group, or take it back to change it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, StaleVersionError
from app.evaluation.events import ConsensusProposed, ConsensusSaved
from app.evaluation.models import ConsensusView
from app.evaluation.queries.acting import require_rapporteur, room_act
from app.evaluation.queries.reports import consensus, consensus_for_change
from app.evaluation.rules.lifecycle import CONSENSUS, ConsensusEvent, ConsensusState
from app.evaluation.rules.reports import report_findings, sheet_texts
from app.evaluation.schemas import OfVersion


def propose_consensus(
    session: Session, actor: Actor, application_id: UUID, wanted: OfVersion, *, now: datetime
) -> None:
    """Put the complete report before the other evaluators; the rapporteur agrees by proposing it.

    Raise RulesViolated with everything that is missing, StaleVersion where somebody saved since.
    """
    require_own_act(actor)
    act, own = room_act(session, actor, application_id)
    place = require_rapporteur(own)
    stored, row = consensus_for_change(session, application_id), consensus(session, application_id)
    if stored is None or row is None:
        raise NotFoundError("consensus report")
    state = CONSENSUS.after(ConsensusState(stored.state), ConsensusEvent.PROPOSE)
    if wanted.version != stored.version:
        theirs = sheet_texts(act.rules.stage, row.sheet, row.overall_comment)
        raise StaleVersionError(sent=wanted.version, current=stored.version, theirs=theirs)
    if found := report_findings(act.rules.rules, act.rules.stage, row.sheet):
        raise RulesViolatedError(found)
    stored.state, stored.proposed_at = state, now
    session.merge(
        ConsensusView(
            application_id=application_id,
            assignment_id=place.id,
            report_version=stored.version,
            agrees=True,
            words="",
            given_at=now,
        )
    )
    session.flush()
    event = ConsensusProposed(subject_id=application_id, facts={"version": stored.version}, call_id=act.call_id)
    record_event(session, actor, event, now=now)


def revise_consensus(session: Session, actor: Actor, application_id: UUID, *, now: datetime) -> int:
    """Take a proposed report back as the draft of a new version; return it. Views on the old one stay as history."""
    require_own_act(actor)
    act, own = room_act(session, actor, application_id)
    require_rapporteur(own)
    stored = consensus_for_change(session, application_id)
    if stored is None:
        raise NotFoundError("consensus report")
    stored.state = CONSENSUS.after(ConsensusState(stored.state), ConsensusEvent.REVISE)
    stored.version, stored.proposed_at = stored.version + 1, None
    session.flush()
    event = ConsensusSaved(subject_id=application_id, facts={"version": stored.version}, call_id=act.call_id)
    record_event(session, actor, event, now=now)
    return stored.version

"""Save the draft of the consensus report: the rapporteur's, whatever can be stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, StaleVersionError
from app.evaluation.events import ConsensusSaved
from app.evaluation.models import ConsensusScore
from app.evaluation.queries.acting import require_rapporteur, room_act
from app.evaluation.queries.reports import consensus, consensus_for_change
from app.evaluation.rules.consensus import writing_findings
from app.evaluation.rules.lifecycle import ConsensusState
from app.evaluation.rules.reports import sheet_texts, storable_findings
from app.evaluation.schemas import SaveSheet


def save_consensus(session: Session, actor: Actor, application_id: UUID, wanted: SaveSheet, *, now: datetime) -> int:
    """Store the whole sheet of the group; return its new version.

    Raise StaleVersion with what is stored where somebody saved since the version that was sent, NotPermitted for
    who is not the rapporteur, RulesViolated for scores off the scale or while the group has the report before it.
    """
    require_own_act(actor)
    act, own = room_act(session, actor, application_id)
    require_rapporteur(own)
    stored, row = consensus_for_change(session, application_id), consensus(session, application_id)
    if stored is None or row is None:
        raise NotFoundError("consensus report")
    if found := writing_findings(ConsensusState(stored.state)):
        raise RulesViolatedError(found)
    if wanted.version != stored.version:
        theirs = sheet_texts(act.rules.stage, row.sheet, row.overall_comment)
        raise StaleVersionError(sent=wanted.version, current=stored.version, theirs=theirs)
    sheet = wanted.sheet()
    if found := storable_findings(act.rules.stage, sheet):
        raise RulesViolatedError(found)
    stored.version, stored.saved_at, stored.saved_by = stored.version + 1, now, actor.person_id
    stored.capacity, stored.capacity_comment = sheet.capacity, sheet.capacity_comment
    stored.overall_comment = wanted.overall_comment
    for criterion in act.rules.stage.criteria:
        score, comment = sheet.scores.get(criterion.id), sheet.comments.get(criterion.id, "")
        line = ConsensusScore(application_id=application_id, criterion=criterion.id, score=score, comment=comment)
        session.merge(line)
    session.flush()
    event = ConsensusSaved(subject_id=application_id, facts={"version": stored.version}, call_id=act.call_id)
    record_event(session, actor, event, now=now)
    return stored.version

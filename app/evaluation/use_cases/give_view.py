"""Agree with the proposed consensus report, or dissent with reasons."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, StaleVersionError
from app.evaluation.events import ViewGiven
from app.evaluation.models import ConsensusView
from app.evaluation.queries.acting import room_act
from app.evaluation.queries.reports import consensus_for_change
from app.evaluation.rules.consensus import view_findings, viewing_findings
from app.evaluation.rules.lifecycle import ConsensusState
from app.evaluation.schemas import GiveView


def give_view(session: Session, actor: Actor, application_id: UUID, wanted: GiveView, *, now: datetime) -> None:
    """Record what the actor says of the proposed version; a later view on the same version replaces it.

    Raise StaleVersion where the report is no longer the one that was read, RulesViolated for a dissent without
    words and while nothing is proposed, NotPermitted for the moderator, who has no view.
    """
    require_own_act(actor)
    act, own = room_act(session, actor, application_id)
    if own is None:
        raise NotPermittedError("Only the experts of this application agree or dissent.")
    stored = consensus_for_change(session, application_id)
    if stored is None:
        raise NotFoundError("consensus report")
    if found := viewing_findings(ConsensusState(stored.state)):
        raise RulesViolatedError(found)
    if wanted.version != stored.version:
        raise StaleVersionError(sent=wanted.version, current=stored.version)
    if found := view_findings(agrees=wanted.agrees, words=wanted.words):
        raise RulesViolatedError(found)
    session.merge(
        ConsensusView(
            application_id=application_id,
            assignment_id=own.id,
            report_version=stored.version,
            agrees=wanted.agrees,
            words=wanted.words,
            given_at=now,
        )
    )
    session.flush()
    event = ViewGiven(subject_id=application_id, facts={"version": stored.version}, call_id=act.call_id)
    record_event(session, actor, event, now=now)

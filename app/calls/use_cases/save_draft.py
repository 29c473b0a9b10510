"""Save the draft of a call's next version."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import CallDraftSaved
from app.calls.models import Call, CallVersion
from app.calls.policies import may_manage_call, require
from app.calls.rules.document import read_document
from app.calls.rules.identifiers import same_call
from app.calls.rules.lifecycle import CALL, CallAction, CallState
from app.calls.schemas import DraftToSave, SavedDraft
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError, TransitionNotAllowedError
from app.core.violations import Violation
from app.infra.ids import new_id


def save_draft(session: Session, actor: Actor, call_id: UUID, command: DraftToSave, *, now: datetime) -> SavedDraft:
    """Store the document as the next version's draft and return everything found about it.

    Raise StaleVersionError where somebody else saved in the meantime, RulesViolatedError where
    the document cannot be read or belongs to another call.
    """
    call = queries.locked_call(session, call_id)
    require(may_manage_call(actor, call.programme_id, call.id))
    if not any(CALL.allows(call.state, action) for action in (CallAction.PUBLISH, CallAction.CORRECT)):
        raise TransitionNotAllowedError(CALL.name, call.state, "edited")
    reading = read_document(command.document, {})
    if not reading.versions:
        raise RulesViolatedError(reading.findings)
    rules = reading.latest
    if not same_call(rules.identity.identifier, call.identifier):
        words = "This document belongs to {identifier}, not to this call."
        figures = {"identifier": rules.identity.identifier}
        raise RulesViolatedError([Violation("call.other_call", words, "identity.identifier", figures)])
    version = _draft(session, call, command.revision)
    version.hold(rules)
    version.saved_at, version.saved_by = now, actor.person_id
    session.add(version)
    if call.state == CallState.DRAFT:
        call.repeat(rules)
    session.flush()
    facts = {"version": version.label, "sha256": version.sha256}
    record_event(session, actor, CallDraftSaved(subject_id=call.id, call_id=call.id, facts=facts), now=now)
    return SavedDraft(call.id, version.id, reading.findings)


def _draft(session: Session, call: Call, revision: int) -> CallVersion:
    """The draft that was edited, or a new one after the published version."""
    waiting = queries.drafts(session, call.id)
    current = waiting[0].revision if waiting else 0
    if current != revision:
        raise StaleVersionError(sent=revision, current=current)
    if waiting:
        waiting[0].revision += 1
        return waiting[0]
    return CallVersion(id=new_id(), call_id=call.id, number=(call.published_version or 0) + 1, revision=1)

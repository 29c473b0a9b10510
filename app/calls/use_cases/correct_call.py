"""Publish a corrigendum: the next version of a call comes into force."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import CallCorrected
from app.calls.policies import may_manage_call, require
from app.calls.rules.call_rules import CallRules
from app.calls.rules.changes import changes_between
from app.calls.rules.corrections import correction_findings
from app.calls.rules.envelopes import envelopes_of
from app.calls.rules.lifecycle import CALL, CallAction
from app.calls.rules.publication import publication_findings
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.ledger.queries import envelopes_for_change
from app.ledger.use_cases.open_envelope import open_envelopes


def correct_call(session: Session, actor: Actor, call_id: UUID, *, confirmed: bool, now: datetime) -> UUID:
    """Publish the waiting draft as the next version and return its id.

    The event leads to a message to every contact of a draft application. What changed is
    computed from the two versions whenever it is shown; the event names only the places. Envelopes follow
    the new version; one that would hold less than is committed and paid is refused.
    """
    envelopes_for_change(session, call_id)  # locked before the call: whoever awards comes the same way
    call = queries.locked_call(session, call_id)
    require(may_manage_call(actor, call.programme_id, call.id))
    state = CALL.after(call.state, CallAction.CORRECT)
    waiting = queries.drafts(session, call.id)
    if not waiting:
        raise NotFoundError("draft")
    version, after = waiting[0], CallRules.from_plain(waiting[0].document)
    _, before = queries.published_rules(session, call.id)
    findings = correction_findings(before, after, now)
    if findings := findings or publication_findings(after, now, confirmed=confirmed):
        raise RulesViolatedError(findings)
    version.published_at, version.published_by = now, actor.person_id
    call.repeat(after)
    call.state, call.published_version = state, version.number
    session.flush()
    open_envelopes(session, actor, call.id, envelopes_of(after), now=now)
    facts = {
        "version": version.label,
        "sha256": version.sha256,
        "replaces": before.sha256,
        "changed": [change.path for change in changes_between(before, after)],
    }
    record_event(session, actor, CallCorrected(subject_id=call.id, call_id=call.id, facts=facts), now=now)
    return version.id

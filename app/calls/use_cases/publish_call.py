"""Publish a call: its first version becomes public and is frozen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.calls import queries
from app.calls.events import CallPublished
from app.calls.policies import may_manage_call, require
from app.calls.rules.call_rules import CallRules
from app.calls.rules.envelopes import envelopes_of
from app.calls.rules.lifecycle import CALL, CallAction
from app.calls.rules.publication import publication_findings
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.ledger.use_cases.open_envelope import open_envelopes


def publish_call(session: Session, actor: Actor, call_id: UUID, *, confirmed: bool, now: datetime) -> UUID:
    """Publish the draft, set its money aside and return the id of its version.

    ``confirmed``: the officer stands behind the assumed figures. Raise RulesViolatedError with
    every finding that speaks against it, TransitionNotAllowedError where it is published already.
    """
    call = queries.locked_call(session, call_id)
    require(may_manage_call(actor, call.programme_id, call.id))
    state = CALL.after(call.state, CallAction.PUBLISH)
    waiting = queries.drafts(session, call.id)
    if not waiting:
        raise NotFoundError("draft")
    version, rules = waiting[0], CallRules.from_plain(waiting[0].document)
    if findings := publication_findings(rules, now, confirmed=confirmed):
        raise RulesViolatedError(findings)
    version.published_at, version.published_by = now, actor.person_id
    call.repeat(rules)
    call.state, call.published_version, call.first_published_at = state, version.number, now
    session.flush()
    open_envelopes(session, actor, call.id, envelopes_of(rules), now=now)
    facts = {"version": version.label, "sha256": version.sha256, "assumed": list(rules.assumed())}
    record_event(session, actor, CallPublished(subject_id=call.id, call_id=call.id, facts=facts), now=now)
    return version.id

"""End a preparation without an agreement: nobody signs, and what was committed is free again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.grants.events import GrantAbandoned
from app.grants.policies import prepares_grant, require_grant
from app.grants.queries.grants import grant_for_change, grant_head, grant_scope
from app.grants.rules.grant_lifecycle import GRANT, GrantEvent, GrantState
from app.grants.rules.preparation import reason_findings
from app.grants.schemas import GiveReason
from app.ledger.queries import commitment_for_change
from app.ledger.use_cases.release_commitment import release_commitment


def abandon_grant(session: Session, actor: Actor, grant_id: UUID, wanted: GiveReason, *, now: datetime) -> None:
    """End a grant before its agreement is signed by all; its commitment goes back to the envelope.

    Raise RulesViolated without a reason, TransitionNotAllowed once it runs or has ended.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))
    commitment_id = grant_head(session, grant_id).commitment_id
    pending = commitment_for_change(session, commitment_id).pending if commitment_id is not None else None
    grant = grant_for_change(session, grant_id)
    state = GRANT.after(GrantState(grant.state), GrantEvent.ABANDON)
    if found := reason_findings(wanted.reason):
        raise RulesViolatedError(found)
    if commitment_id is not None and pending:
        release_commitment(session, actor, commitment_id, reason=wanted.reason.strip(), now=now)
    grant.state, grant.closed_at, grant.reason = state, now, wanted.reason.strip()
    grant.agreed_version = None
    grant.version += 1
    session.flush()
    event = GrantAbandoned(
        subject_id=grant_id,
        facts={"amount": grant.maximum_grant},
        personal={"reason": grant.reason},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)

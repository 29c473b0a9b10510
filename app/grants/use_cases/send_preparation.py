"""Send the preparation to the managing body, or give it back: whoever acts next changes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.grants.events import GrantPreparationSent, GrantReturned
from app.grants.policies import prepares_grant, require_grant, works_for_grant
from app.grants.queries.grants import grant_for_change, grant_scope
from app.grants.queries.preparation import grant_in_preparation, preparation_of
from app.grants.rules.grant_lifecycle import GRANT, GrantEvent, GrantState
from app.grants.rules.preparation import preparation_findings, reason_findings
from app.grants.schemas import GiveReason


def send_preparation(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> None:
    """Hand the preparation in; raise RulesViolated with everything that is still missing."""
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=works_for_grant(actor, scope))
    grant = grant_in_preparation(session, grant_id)
    if found := preparation_findings(preparation_of(session, grant_id)):
        raise RulesViolatedError(found)
    grant.sent_at, grant.sent_by = now, actor.person_id
    grant.returned_at, grant.reason = None, ""
    grant.version += 1
    session.flush()
    facts = {"start_on": grant.start_on, "end_on": grant.end_on}
    event = GrantPreparationSent(
        subject_id=grant_id, facts=facts, call_id=grant.call_id, application_id=grant.application_id
    )
    record_event(session, actor, event, now=now)


def return_grant(session: Session, actor: Actor, grant_id: UUID, wanted: GiveReason, *, now: datetime) -> None:
    """Give a preparation, or an agreement in signature, back to its consortium; signatures given so far lapse.

    Raise RulesViolated without a reason, TransitionNotAllowed where the consortium has it already or once it runs.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))
    grant = grant_for_change(session, grant_id)
    before = GrantState(grant.state)
    if before is GrantState.PREPARATION and grant.sent_at is None:
        raise TransitionNotAllowedError(GRANT.name, "preparation by its consortium", GrantEvent.RETURN)
    after = before if before is GrantState.PREPARATION else GRANT.after(before, GrantEvent.RETURN)
    if found := reason_findings(wanted.reason):
        raise RulesViolatedError(found)
    version, grant.agreed_version = grant.agreed_version, None
    grant.state, grant.sent_at, grant.sent_by = after, None, None
    grant.returned_at, grant.reason = now, wanted.reason.strip()
    grant.version += 1
    session.flush()
    event = GrantReturned(
        subject_id=grant_id,
        facts={"before": before, "version": version},
        personal={"reason": grant.reason},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)

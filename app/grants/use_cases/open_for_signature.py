"""Open an agreement for signature: its text is frozen, and what is signed is the hash of that text."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.grants.events import GrantOpenedForSignature
from app.grants.models import GrantVersion
from app.grants.policies import prepares_grant, require_grant
from app.grants.queries.agreement import draft_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.queries.preparation import preparation_of
from app.grants.rules.grant_lifecycle import GRANT, GrantEvent, GrantState
from app.grants.rules.preparation import preparation_findings
from app.grants.rules.signing_order import both_sides_findings


def open_for_signature(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> int:
    """Freeze the agreement as it stands and let it be signed; return the number of its version.

    Raise RulesViolated with every finding (something may have changed since it was sent) and for who belongs to a party,
    TransitionNotAllowed while the consortium still prepares it and once it was opened.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))
    grant = grant_for_change(session, grant_id)
    state = GRANT.after(GrantState(grant.state), GrantEvent.OPEN_FOR_SIGNATURE)
    if grant.sent_at is None:
        raise TransitionNotAllowedError(GRANT.name, "preparation by its consortium", GrantEvent.OPEN_FOR_SIGNATURE)
    own = both_sides_findings(actor.persons, (), of_a_party=is_of_a_party(session, actor, scope))
    if found := (*own, *preparation_findings(preparation_of(session, grant_id))):
        raise RulesViolatedError(found)
    agreement = draft_of(session, grant_id)
    session.add(
        GrantVersion(
            grant_id=grant_id,
            number=agreement.number,
            snapshot=agreement.plain(),
            sha256=agreement.sha256,
            created_at=now,
            created_by=actor.person_id,
        )
    )
    session.flush()
    grant.state, grant.agreed_version = state, agreement.number
    grant.version += 1
    session.flush()
    event = GrantOpenedForSignature(
        subject_id=grant_id,
        facts={"version": agreement.number, "sha256": agreement.sha256},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)
    return agreement.number

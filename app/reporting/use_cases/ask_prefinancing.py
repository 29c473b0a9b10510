"""Ask for the pre-financing, as long as the balance does not settle everything."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_for_change, grant_head, grant_scope
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.ledger.queries import commitment_for_change
from app.reporting.policies import require_assessing
from app.reporting.queries.paid import prefinancing_findings


def ask_prefinancing(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> UUID:
    """Initiate the payment at the start and return its id. Locks commitment and grant, so that no balance is decided meanwhile.

    Raise RulesViolated once the balance is decided, unless it counted a pre-financing that came back since; and as
    ``request_prefinancing`` does.
    """
    scope = grant_scope(session, grant_id)
    require_assessing(actor, scope)
    head = grant_head(session, grant_id)
    if head.commitment_id is not None:
        commitment_for_change(session, head.commitment_id)
    grant_for_change(session, grant_id)
    if head.agreed_version is not None and (found := prefinancing_findings(session, agreement_of(session, grant_id))):
        raise RulesViolatedError(found)
    return request_prefinancing(session, actor, grant_id, now=now)

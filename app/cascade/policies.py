"""Who records payments to third parties. Whoever sees the grant reads them."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor
from app.grants.policies import GrantScope, partner_of_grant, works_for_grant


def may_record(actor: Actor, scope: GrantScope, organisation_id: UUID, accepted_by: UUID | None) -> bool:
    """Whether the actor records and reverses payments of one party: its own contacts, or the coordinator's."""
    return works_for_grant(actor, scope) or partner_of_grant(actor, scope, organisation_id, accepted_by)

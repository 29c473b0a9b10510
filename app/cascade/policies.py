"""Who records and reads payments to third parties."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor
from app.grants.policies import GrantScope, may_see_grant, partner_of_grant, works_for_grant


def may_record(actor: Actor, scope: GrantScope, organisation_id: UUID, accepted_by: UUID | None) -> bool:
    """Whether the actor records and reverses payments of one party: its own contacts, or the coordinator's."""
    return works_for_grant(actor, scope) or partner_of_grant(actor, scope, organisation_id, accepted_by)


def may_read(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor reads the payments: whoever sees the grant."""
    return may_see_grant(actor, scope)

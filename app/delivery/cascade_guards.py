"""Guards of payments to third parties: who records for a partner; who reads is whoever sees the grant."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.cascade.policies import may_record
from app.cascade.queries.payments import support_row
from app.core.actor import Actor
from app.delivery.guards import Guard, signed_in
from app.grants.policies import require_grant
from app.grants.queries.grants import grant_scope, parties_of, party_row


def records_support(grant_id: UUID) -> Guard:
    """Who records payments of at least one party: its own contacts, or the coordinator's."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope, parties = grant_scope(session, grant_id), parties_of(session, grant_id)
        permitted = any(may_record(actor, scope, party.organisation_id, party.accepted_by) for party in parties)
        require_grant(actor, scope, permitted=permitted)

    return guard


def changes_support(grant_id: UUID, support_id: UUID) -> Guard:
    """Who records payments of the party that made this one."""

    def guard(session: Session, actor: Actor) -> None:
        records_support(grant_id)(session, actor)
        scope = grant_scope(session, grant_id)
        party = party_row(session, grant_id, support_row(session, grant_id, support_id).partner_id)
        permitted = may_record(actor, scope, party.organisation_id, party.accepted_by)
        require_grant(actor, scope, permitted=permitted)

    return guard

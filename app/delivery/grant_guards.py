"""Guards of grants: the consortium and its office read, each party acts for itself, the office opens, authorities sign."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.delivery.guards import Guard, signed_in
from app.grants import policies
from app.grants.policies import GrantScope, require_grant
from app.grants.queries.grants import grant_scope, party_row


def sees_grant(grant_id: UUID) -> Guard:
    """The consortium, who speaks for a party, the office and who follows the money."""
    return _may(grant_id, policies.may_see_grant)


def takes_part(grant_id: UUID) -> Guard:
    """The consortium and who speaks for a party; the office has pages of its own."""
    return _may(grant_id, policies.takes_part)


def works_for_grant(grant_id: UUID) -> Guard:
    """The contact of the coordinator."""
    return _may(grant_id, policies.works_for_grant)


def follows_grant(grant_id: UUID) -> Guard:
    """The office of the call and who follows its money."""
    return _may(grant_id, policies.follows_grant)


def prepares_grant(grant_id: UUID) -> Guard:
    """Who manages the call of the grant."""
    return _may(grant_id, policies.prepares_grant)


def signs_grant(grant_id: UUID) -> Guard:
    """An authorising officer of the call."""
    return _may(grant_id, policies.signs_grant)


def binds_party(grant_id: UUID, partner_id: UUID) -> Guard:
    """Who speaks for one party."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = grant_scope(session, grant_id)
        require_grant(actor, scope, permitted=policies.may_see_grant(actor, scope))
        party = party_row(session, grant_id, partner_id)
        mine = policies.partner_of_grant(actor, scope, party.organisation_id, accepted_by=party.accepted_by)
        require_grant(actor, scope, permitted=mine or actor.person_id == party.signatory_id)

    return guard


def _may(grant_id: UUID, permits: Callable[[Actor, GrantScope], bool]) -> Guard:
    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = grant_scope(session, grant_id)
        require_grant(actor, scope, permitted=permits(actor, scope))

    return guard

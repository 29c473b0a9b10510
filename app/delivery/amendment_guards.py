"""Guards of amendments: the consortium reads its own, the office what was asked for, a signatory signs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.amendments.policies import is_signatory, require_reading
from app.amendments.queries.amendments import amendment_row
from app.core.actor import Actor
from app.core.errors import NotPermittedError
from app.delivery.guards import Guard, signed_in
from app.grants.policies import (
    follows_grant,
    may_see_grant,
    prepares_grant,
    require_grant,
    takes_part,
    works_for_grant,
)
from app.grants.queries.grants import grant_scope, parties_of


def reads_amendment(grant_id: UUID, number: int) -> Guard:
    """The consortium and who speaks for a party; once it was asked for, the office and who follows the money."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = grant_scope(session, grant_id)
        require_grant(actor, scope, permitted=may_see_grant(actor, scope))
        row = amendment_row(session, grant_id, number)
        require_reading(actor, scope, row.state, requested=row.requested, by_authority=row.by_authority)

    return guard


def follows_amendment(grant_id: UUID, number: int) -> Guard:
    """The office and who follows the money, once it was asked for."""
    reads = reads_amendment(grant_id, number)

    def guard(session: Session, actor: Actor) -> None:
        reads(session, actor)
        scope = grant_scope(session, grant_id)
        require_grant(actor, scope, permitted=follows_grant(actor, scope))

    return guard


def reads_as_party(grant_id: UUID, number: int) -> Guard:
    """The consortium and who speaks for a party: their own always, what the managing body began once it was proposed."""
    reads = reads_amendment(grant_id, number)

    def guard(session: Session, actor: Actor) -> None:
        scope = grant_scope(session, grant_id)
        signed_in(session, actor)
        require_grant(actor, scope, permitted=takes_part(actor, scope))
        reads(session, actor)

    return guard


def amends_grant(grant_id: UUID) -> Guard:
    """Either side: the coordinator's contact, or who manages the call; which one writes says the amendment."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = grant_scope(session, grant_id)
        require_grant(actor, scope, permitted=works_for_grant(actor, scope) or prepares_grant(actor, scope))

    return guard


def signs_for_coordinator(grant_id: UUID, number: int) -> Guard:
    """A legal signatory of the coordinator, of an amendment that they read."""
    reads = reads_amendment(grant_id, number)

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = grant_scope(session, grant_id)
        require_grant(actor, scope, permitted=may_see_grant(actor, scope))
        coordinator = next(party for party in parties_of(session, grant_id) if party.coordinates)
        if not is_signatory(actor, coordinator.organisation_id):
            raise NotPermittedError("Only a legal signatory of the coordinator can do this.")
        reads(session, actor)

    return guard

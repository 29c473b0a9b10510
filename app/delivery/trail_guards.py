"""Guard of the trail of a claimed cost: the office of its grant and who follows the money; others are told of nothing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.delivery.guards import Guard, signed_in
from app.grants.policies import follows_grant
from app.grants.queries.grants import grant_scope
from app.reporting.queries.trail_of_one import cost_place


def follows_cost(cost_id: UUID) -> Guard:
    """Who follows the grant that the cost was claimed for."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        grant_id, _, _ = cost_place(session, cost_id)
        if not follows_grant(actor, grant_scope(session, grant_id)):
            raise NotFoundError("cost")

    return guard

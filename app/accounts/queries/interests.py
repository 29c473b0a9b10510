"""Where a person takes part on the other side: applications and organisations in which they hold any role."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import RoleAssignment
from app.core.actor import Actor, ScopeKind

_OTHER_SIDE = (ScopeKind.APPLICATION, ScopeKind.ORGANISATION)


def takes_part_in(session: Session, actor: Actor) -> frozenset[UUID]:
    """Ids of the applications and organisations in which the actor holds a role, or anybody whom the actor counts as.

    Who acts for a colleague has that colleague's roles only, so the roles of both are read. One query.
    """
    held = frozenset().union(*(actor.ids(scope) for scope in _OTHER_SIDE))
    if not actor.persons:
        return held
    statement = sa.select(RoleAssignment.scope_id).where(
        RoleAssignment.person_id.in_(actor.persons), RoleAssignment.scope.in_(_OTHER_SIDE)
    )
    return held | frozenset(found for found in session.scalars(statement) if found is not None)

"""Whether somebody who acts for the public body has a part in a grant."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts.queries import takes_part_in
from app.core.actor import Actor
from app.grants.policies import GrantScope


def is_of_a_party(session: Session, actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor, or anybody whom the actor counts as, belongs to the consortium or an organisation of it. One query."""
    return bool(takes_part_in(session, actor) & {scope.application_id, *scope.organisations})

"""What every change of an amendment begins with: the grant, the permission, both rows locked, and that the grant runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.amendments.models import Amendment
from app.amendments.queries.amendments import amendment_for_change, amendment_row
from app.core.errors import TransitionNotAllowedError
from app.grants.models import Grant
from app.grants.policies import GrantScope
from app.grants.queries.grants import grant_for_change
from app.grants.rules.grant_lifecycle import GRANT, GrantState


@dataclass(frozen=True, slots=True)
class Act:
    """A change of one amendment; ``grant`` and ``amendment`` are locked."""

    scope: GrantScope
    grant: Grant
    amendment: Amendment

    def event(self, **facts: object) -> dict[str, Any]:
        """What every event of an amendment says, and ``facts``."""
        return {
            "subject_id": self.scope.grant_id,
            "facts": {"amendment": self.amendment.number, **facts},
            "call_id": self.scope.call_id,
            "application_id": self.scope.application_id,
        }


def running_grant(session: Session, grant_id: UUID) -> Grant:
    """The grant, locked; raise TransitionNotAllowed unless it runs."""
    grant = grant_for_change(session, grant_id)
    if GrantState(grant.state) is not GrantState.RUNNING:
        raise TransitionNotAllowedError(GRANT.name, grant.state, "amended")
    return grant


def locked(session: Session, scope: GrantScope, number: int) -> Act:
    """Grant and amendment for a change; raise NotFound, or TransitionNotAllowed unless the grant runs."""
    amendment_row(session, scope.grant_id, number)
    grant = running_grant(session, scope.grant_id)
    return Act(scope, grant, amendment_for_change(session, scope.grant_id, number))

"""Put the next version of an agreement in force: what was signed before stays as it is, readers get the new one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import TransitionNotAllowedError
from app.grants.models import Grant, GrantVersion
from app.grants.rules.agreement import AgreementFacts
from app.grants.rules.grant_lifecycle import GRANT, GrantState


def amend_agreement(
    session: Session, actor: Actor, grant: Grant, agreement: AgreementFacts, document_id: UUID, *, now: datetime
) -> None:
    """Store a version and let the grant follow it; the grant is locked, its document is the one that amends it.

    Permission, signatures and the event are the caller's: an amendment that both sides signed. Raise
    TransitionNotAllowed unless the grant runs and the version is the next one.
    """
    follows = grant.agreed_version is not None and agreement.number == grant.agreed_version + 1
    if GrantState(grant.state) is not GrantState.RUNNING or not follows:
        raise TransitionNotAllowedError(GRANT.name, grant.state, "amended")
    session.add(
        GrantVersion(
            grant_id=grant.id,
            number=agreement.number,
            snapshot=agreement.plain(),
            sha256=agreement.sha256,
            created_at=now,
            created_by=actor.person_id,
            document_id=document_id,
        )
    )
    session.flush()
    grant.agreed_version, grant.maximum_grant = agreement.number, agreement.maximum_grant
    grant.duration_months, grant.end_on = agreement.duration_months, agreement.end_on
    grant.version += 1
    session.flush()

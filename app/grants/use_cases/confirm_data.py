"""Confirm the legal data of a party, as they stand on the page of its organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, StaleVersionError
from app.grants.events import GrantDataConfirmed
from app.grants.policies import partner_of_grant, require_grant
from app.grants.queries.grants import grant_scope, party_for_change, party_row
from app.grants.queries.preparation import grant_in_preparation
from app.grants.schemas import ConfirmData
from app.organisations.queries import organisation_for_update


def confirm_data(
    session: Session, actor: Actor, grant_id: UUID, partner_id: UUID, wanted: ConfirmData, *, now: datetime
) -> None:
    """Store that the data of one party are right; confirming again changes nothing.

    Raise StaleVersion where the organisation was changed since it was shown, NotPermitted where somebody else speaks
    for the party, RulesViolated while the preparation lies with the office.
    """
    scope, party = grant_scope(session, grant_id), party_row(session, grant_id, partner_id)
    require_grant(
        actor, scope, permitted=partner_of_grant(actor, scope, party.organisation_id, accepted_by=party.accepted_by)
    )
    organisation = organisation_for_update(session, party.organisation_id)
    if organisation is None:
        raise NotFoundError("organisation")
    grant = grant_in_preparation(session, grant_id)
    row = party_for_change(session, grant_id, partner_id)
    if organisation.version != wanted.version:
        raise StaleVersionError(sent=wanted.version, current=organisation.version)
    if row.confirmed_version == organisation.version:
        return
    row.confirmed_at, row.confirmed_by, row.confirmed_version = now, actor.person_id, organisation.version
    session.flush()
    event = GrantDataConfirmed(
        subject_id=grant_id,
        facts={"partner": partner_id, "organisation_version": organisation.version},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)

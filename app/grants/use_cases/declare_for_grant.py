"""Sign the declaration of honour of a party before the agreement."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.grants.events import GrantDeclared
from app.grants.policies import partner_of_grant, require_grant
from app.grants.queries.grants import grant_scope, party_for_change, party_row
from app.grants.queries.preparation import grant_in_preparation
from app.grants.rules.declaration import declaration_hash, declaration_text
from app.grants.rules.grant_lifecycle import Authentication
from app.grants.schemas import DeclareForGrant


def declare_for_grant(
    session: Session, actor: Actor, grant_id: UUID, partner_id: UUID, wanted: DeclareForGrant, *, now: datetime
) -> None:
    """Store who declared which words for the party.

    Raise RulesViolated where it was declared already or where other words were shown, NotPermitted where somebody
    else speaks for the party, and for who acts for somebody else.
    """
    require_own_act(actor)
    scope, party = grant_scope(session, grant_id), party_row(session, grant_id, partner_id)
    require_grant(
        actor, scope, permitted=partner_of_grant(actor, scope, party.organisation_id, accepted_by=party.accepted_by)
    )
    grant = grant_in_preparation(session, grant_id)
    row = party_for_change(session, grant_id, partner_id)
    if row.declared_at is not None:
        words = "{name} has signed its declaration of honour already."
        raise RulesViolatedError([Violation("grant.declared_already", words, figures={"name": party.name})])
    if wanted.sha256 != (sha256 := declaration_hash(declaration_text(party.name, grant.reference))):
        words = "The words of the declaration have changed since they were shown. Read them again."
        raise RulesViolatedError([Violation("grant.declaration_changed", words, "sha256")])
    row.declared_at, row.declared_by, row.declaration_sha256 = now, actor.person_id, sha256
    session.flush()
    method = Authentication.SECOND_FACTOR if actor.stepped_up else Authentication.PASSWORD
    event = GrantDeclared(
        subject_id=grant_id,
        facts={"partner": partner_id, "sha256": sha256, "authentication": method},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)

"""Name the person who signs the agreement for a party."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import members_of
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.grants.events import GrantSignatoryNamed
from app.grants.policies import require_grant, works_for_grant
from app.grants.queries.grants import grant_scope, party_for_change, party_row
from app.grants.queries.preparation import grant_in_preparation
from app.grants.schemas import NamePartySignatory


def name_party_signatory(
    session: Session, actor: Actor, grant_id: UUID, partner_id: UUID, wanted: NamePartySignatory, *, now: datetime
) -> None:
    """Store who signs for the party; naming the same person again changes nothing.

    Raise RulesViolated for somebody who is no signatory of its organisation, NotPermitted for who is not the contact
    of the coordinator.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=works_for_grant(actor, scope))
    party = party_row(session, grant_id, partner_id)
    grant = grant_in_preparation(session, grant_id)
    row = party_for_change(session, grant_id, partner_id)
    members = members_of(session, ScopeKind.ORGANISATION, party.organisation_id)
    if not any(member.person_id == wanted.person_id and Role.SIGNATORY in member.roles for member in members):
        words = "Choose one of the signatories of {name}. Its representative names them on the page of its people."
        raise RulesViolatedError([Violation("grant.no_such_signatory", words, "person_id", {"name": party.name})])
    if row.signatory_id == wanted.person_id:
        return
    row.signatory_id = wanted.person_id
    session.flush()
    event = GrantSignatoryNamed(
        subject_id=grant_id,
        facts={"partner": partner_id, "person": wanted.person_id},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)

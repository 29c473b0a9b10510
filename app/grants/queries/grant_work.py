"""What waits for a person: their parts of preparations, signatures, preparations to look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls.models import Call
from app.core.actor import Actor, Role, ScopeKind
from app.grants.models import Grant, GrantPartner, GrantSignature
from app.grants.queries.listing import ACTS, SIGNED, SIGNS, GrantRow, most_urgent
from app.grants.rules.grant_lifecycle import PartyRole
from app.grants.rules.standing import Acts
from app.infra.db.statements import ONE, among, in_scope, scope
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.policies import organisations_spoken_for

MOST = 100
"""Grants shown on the start page; the list has the rest."""


@dataclass(frozen=True, slots=True)
class OfficeGrants:
    """What waits in one call: preparations for its officer, last signatures for its authorising officer."""

    call_id: UUID
    call: str
    title: str
    to_look: int
    to_sign: int


_LEFT = (
    sa.select(GrantPartner.grant_id)
    .join(Partner, Partner.id == GrantPartner.partner_id)
    .join(Organisation, Organisation.id == GrantPartner.organisation_id)
    .where(
        among(GrantPartner.grant_id),
        sa.or_(among(GrantPartner.organisation_id, "organisations"), Partner.answered_by == ONE),
        sa.or_(
            GrantPartner.declared_at.is_(None), GrantPartner.confirmed_version.is_distinct_from(Organisation.version)
        ),
    )
    .distinct()
)
_OFFICER = in_scope("officer", Call.programme_id, Call.id)
_AUTHORITY = in_scope("authority", Call.programme_id, Call.id)
_TO_LOOK = sa.func.count().filter(Acts.OFFICE.value == ACTS, _OFFICER)
_TO_SIGN = sa.func.count().filter(Acts.AUTHORITY.value == ACTS, _AUTHORITY)
_WAITING = (
    sa.select(Call.id, Call.identifier, Call.title, _TO_LOOK, _TO_SIGN)
    .join(Grant, Grant.call_id == Call.id)
    .where(sa.or_(_OFFICER, _AUTHORITY))
    .group_by(Call.id)
    .having(sa.or_(_TO_LOOK > 0, _TO_SIGN > 0))
    .order_by(Call.deadline, Call.id)
)
_GIVEN = sa.exists().where(
    GrantSignature.grant_id == Grant.id,
    GrantSignature.version == Grant.agreed_version,
    GrantSignature.partner_id == GrantPartner.partner_id,
)
_TURNS = (
    sa.select(Grant.id, GrantPartner.partner_id)
    .join(GrantPartner, GrantPartner.grant_id == Grant.id)
    .where(
        SIGNS,
        GrantPartner.signatory_id == ONE,
        sa.or_(GrantPartner.role == PartyRole.COORDINATOR, SIGNED > 0),
        sa.not_(_GIVEN),
    )
    .order_by(Grant.signature_due_on, Grant.id)
)
OFFICERS = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)


def grants_of_person(session: Session, actor: Actor, *, today: date) -> Sequence[GrantRow]:
    """The person's grants, those that bind soonest first. One query, none for who has none."""
    if not actor.ids(ScopeKind.APPLICATION) and not organisations_spoken_for(actor):
        return ()
    return most_urgent(session, actor, MOST, today=today)


def parts_left(session: Session, actor: Actor, grant_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the grants in which a party of this person is not confirmed or has not declared. One query."""
    speaks = list(organisations_spoken_for(actor))
    asked = {"many": list(grant_ids), "organisations": speaks, "one": actor.person_id}
    return frozenset(session.scalars(_LEFT, asked))


def office_grants(session: Session, actor: Actor) -> Sequence[OfficeGrants]:
    """Calls in which something waits for the person's offices. One query, none for who has no office."""
    if not actor.scopes_of(*OFFICERS, Role.AUTHORISING_OFFICER):
        return ()
    asked = scope("officer", actor, *OFFICERS) | scope("authority", actor, Role.AUTHORISING_OFFICER)
    return [OfficeGrants(*row) for row in session.execute(_WAITING, asked)]


def signs_next(session: Session, actor: Actor) -> Sequence[tuple[UUID, UUID]]:
    """Grants and parties for which it is this person's turn to sign. One query."""
    if actor.person_id is None:
        return ()
    rows = session.execute(_TURNS, {"one": actor.person_id})
    return [(grant_id, partner_id) for grant_id, partner_id in rows]

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
from app.core.paging import PageRequest
from app.grants.models import Grant, GrantPartner
from app.grants.queries.listing import ACTS, GrantFilter, GrantRow, grants_page, of_person
from app.grants.rules.standing import Acts
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


def grants_of_person(session: Session, actor: Actor, *, today: date) -> Sequence[GrantRow]:
    """The person's grants, those that bind soonest first. Two queries."""
    if not actor.ids(ScopeKind.APPLICATION) and not organisations_spoken_for(actor):
        return ()
    return grants_page(
        session, of_person(actor), GrantFilter(), PageRequest(size=MOST), today=today, order=("by", False)
    ).rows


def parts_left(session: Session, actor: Actor, grant_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the grants in which a party of this person is not confirmed or has not declared. One query."""
    mine = sa.or_(
        GrantPartner.organisation_id.in_(organisations_spoken_for(actor)), Partner.answered_by == actor.person_id
    )
    left = sa.or_(
        GrantPartner.declared_at.is_(None), GrantPartner.confirmed_version.is_distinct_from(Organisation.version)
    )
    statement = (
        sa.select(GrantPartner.grant_id)
        .join(Partner, Partner.id == GrantPartner.partner_id)
        .join(Organisation, Organisation.id == GrantPartner.organisation_id)
        .where(GrantPartner.grant_id.in_(grant_ids), mine, left)
        .distinct()
    )
    return frozenset(session.scalars(statement))


def office_grants(session: Session, actor: Actor) -> Sequence[OfficeGrants]:
    """Calls in which something waits for the person's offices. One query."""
    officer = calls_within(actor, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
    authority = calls_within(actor, Role.AUTHORISING_OFFICER)
    look = sa.func.count().filter(Acts.OFFICE.value == ACTS, officer)
    sign = sa.func.count().filter(Acts.AUTHORITY.value == ACTS, authority)
    statement = (
        sa.select(Call.id, Call.identifier, Call.title, look, sign)
        .join(Grant, Grant.call_id == Call.id)
        .where(sa.or_(officer, authority))
        .group_by(Call.id)
        .having(sa.or_(look > 0, sign > 0))
        .order_by(Call.deadline, Call.id)
    )
    return [OfficeGrants(*row) for row in session.execute(statement)]


def calls_within(actor: Actor, *roles: Role) -> sa.ColumnElement[bool]:
    """Condition on a call: it lies in the scope of one of these roles."""
    assignments = actor.scopes_of(*roles)
    if any(one.scope == ScopeKind.PLATFORM for one in assignments):
        return sa.true()
    programmes = [one.scope_id for one in assignments if one.scope == ScopeKind.PROGRAMME]
    calls = [one.scope_id for one in assignments if one.scope == ScopeKind.CALL]
    return sa.or_(Call.programme_id.in_(programmes), Call.id.in_(calls))

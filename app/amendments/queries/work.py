"""What waits for a person: requests to decide, last signatures, signatures for a coordinator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.amendments.models import Amendment
from app.amendments.rules.lifecycle import AmendmentState
from app.amendments.schemas import AmendmentToSign, OfficeAmendments
from app.calls.models import Call
from app.core.actor import Actor, Role, ScopeKind
from app.grants.models import Grant, GrantPartner
from app.grants.queries.grant_work import calls_within
from app.grants.rules.grant_lifecycle import GrantState, PartyRole

_NOT_OWN = sa.false()


def office_amendments(session: Session, actor: Actor) -> Sequence[OfficeAmendments]:
    """Calls in which amendments wait for the person's offices; what counts as the person's own does not. One query."""
    persons = actor.persons
    asks: Any = ~sa.func.coalesce(Amendment.requested_by.in_(persons), _NOT_OWN)
    other: Any = ~sa.func.coalesce(Amendment.decided_by.in_(persons), _NOT_OWN)
    officer = calls_within(actor, Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
    authority = calls_within(actor, Role.AUTHORISING_OFFICER) if actor.acting_for is None else sa.false()
    runs = Grant.state == GrantState.RUNNING
    decide = sa.and_(Amendment.state == AmendmentState.REQUESTED, runs, officer, asks)
    sign = sa.and_(Amendment.state == AmendmentState.SIGNED, runs, authority, other)
    count = sa.func.count()
    statement = (
        sa.select(
            Call.id,
            Call.identifier,
            Call.title,
            count.filter(decide),
            sa.func.min(Amendment.decide_by).filter(decide),
            count.filter(sign),
        )
        .join(Grant, Grant.call_id == Call.id)
        .join(Amendment, Amendment.grant_id == Grant.id)
        .where(sa.or_(decide, sign))
        .group_by(Call.id)
        .order_by(Call.deadline, Call.id)
    )
    return [OfficeAmendments(*row) for row in session.execute(statement)]


def amendments_to_sign(session: Session, actor: Actor) -> Sequence[AmendmentToSign]:
    """Accepted amendments of grants whose coordinator the person signs for. One query, none for who signs for nobody."""
    mine = actor.ids(ScopeKind.ORGANISATION, Role.SIGNATORY)
    if not mine or actor.acting_for is not None:
        return ()
    statement = (
        sa.select(Amendment.grant_id, Amendment.number, Grant.acronym, Call.identifier)
        .join(Grant, Grant.id == Amendment.grant_id)
        .join(Call, Call.id == Grant.call_id)
        .join(GrantPartner, sa.and_(GrantPartner.grant_id == Grant.id, GrantPartner.role == PartyRole.COORDINATOR))
        .where(
            Amendment.state == AmendmentState.ACCEPTED,
            Grant.state == GrantState.RUNNING,
            GrantPartner.organisation_id.in_(mine),
        )
        .order_by(Amendment.decided_at, Amendment.id)
    )
    return [AmendmentToSign(*row) for row in session.execute(statement)]

"""What waits for a person: requests to decide, last signatures, signatures for a coordinator."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.amendments.models import Amendment
from app.amendments.rules.lifecycle import AmendmentState
from app.amendments.schemas import AmendmentToSign, OfficeAmendments
from app.calls.models import Call
from app.core.actor import Actor, Role, ScopeKind
from app.grants.models import Grant, GrantPartner
from app.grants.rules.grant_lifecycle import GrantState, PartyRole
from app.infra.db.statements import among, in_scope, is_not_among, scope

_OFFICERS = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
_OFFICER = in_scope("officer", Call.programme_id, Call.id)
_AUTHORITY = in_scope("authority", Call.programme_id, Call.id)
_RUNS = Grant.state == GrantState.RUNNING
_DECIDE = sa.and_(
    Amendment.state == AmendmentState.REQUESTED, _RUNS, _OFFICER, is_not_among(Amendment.requested_by, "persons")
)
_SIGN = sa.and_(
    Amendment.state == AmendmentState.SIGNED, _RUNS, _AUTHORITY, is_not_among(Amendment.decided_by, "persons")
)
_WAITING = (
    sa.select(
        Call.id,
        Call.identifier,
        Call.title,
        sa.func.count().filter(_DECIDE),
        sa.func.min(Amendment.decide_by).filter(_DECIDE),
        sa.func.count().filter(_SIGN),
    )
    .join(Grant, Grant.call_id == Call.id)
    .join(Amendment, Amendment.grant_id == Grant.id)
    .where(sa.or_(_DECIDE, _SIGN))
    .group_by(Call.id)
    .order_by(Call.deadline, Call.id)
)
_TO_SIGN = (
    sa.select(Amendment.grant_id, Amendment.number, Grant.acronym, Call.identifier)
    .join(Grant, Grant.id == Amendment.grant_id)
    .join(Call, Call.id == Grant.call_id)
    .join(GrantPartner, sa.and_(GrantPartner.grant_id == Grant.id, GrantPartner.role == PartyRole.COORDINATOR))
    .where(Amendment.state == AmendmentState.ACCEPTED, _RUNS, among(GrantPartner.organisation_id))
    .order_by(Amendment.decided_at, Amendment.id)
)


def office_amendments(session: Session, actor: Actor) -> Sequence[OfficeAmendments]:
    """Calls in which amendments wait for the person's offices; what counts as the person's own does not.

    One query, none for who has no office.
    """
    signs = (Role.AUTHORISING_OFFICER,) if actor.acting_for is None else ()
    if not actor.scopes_of(*_OFFICERS, *signs):
        return ()
    asked = scope("officer", actor, *_OFFICERS) | scope("authority", actor, *signs)
    return [OfficeAmendments(*row) for row in session.execute(_WAITING, asked | {"persons": list(actor.persons)})]


def amendments_to_sign(session: Session, actor: Actor) -> Sequence[AmendmentToSign]:
    """Accepted amendments of grants whose coordinator the person signs for. One query, none for who signs for nobody."""
    mine = actor.ids(ScopeKind.ORGANISATION, Role.SIGNATORY)
    if not mine or actor.acting_for is not None:
        return ()
    return [AmendmentToSign(*row) for row in session.execute(_TO_SIGN, {"many": list(mine)})]

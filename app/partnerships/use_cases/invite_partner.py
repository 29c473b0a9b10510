"""Invite a partner, by name or by e-mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.organisations.models import Organisation
from app.partnerships.events import PartnerInvited
from app.partnerships.models import Partner
from app.partnerships.queries import next_position, partner_of_organisation
from app.partnerships.rules.lifecycle import PARTNER, PartnerEvent, PartnerState
from app.partnerships.schemas import InvitePartner

MAX_PARTNERS = 100


def invite_partner(  # what the timeline needs to know
    session: Session, actor: Actor, partnership_id: UUID, wanted: InvitePartner, *, now: datetime, call_id: UUID
) -> UUID:
    """Ask an organisation to take part; one that declined, left or was removed is asked again.

    The caller has locked the application and checked that the actor may. Raise
    RulesViolated for an organisation that is unknown, or already in or asked.
    """
    position = next_position(session, partnership_id)
    if position > MAX_PARTNERS:
        raise RulesViolatedError(
            [
                Violation(
                    "partnership.size", "A partnership has at most {limit} members.", "email", {"limit": MAX_PARTNERS}
                )
            ]
        )
    partner = _known(session, partnership_id, wanted)
    if partner is None:
        partner = Partner(
            id=new_id(),
            partnership_id=partnership_id,
            position=position,
            organisation_id=wanted.organisation_id,
            invited_email=wanted.email,
            state=PARTNER.initial,
        )
    elif partner.state in {PartnerState.INVITED, PartnerState.ACCEPTED}:
        place = "organisation_id" if wanted.organisation_id else "email"
        raise RulesViolatedError(
            [
                Violation(
                    "partnership.already_asked",
                    "This organisation is already part of the partnership or was asked.",
                    place,
                )
            ]
        )
    else:
        partner.state = PARTNER.after(partner.state, PartnerEvent.INVITE_AGAIN)
    partner.role, partner.message = wanted.role, wanted.message
    partner.invited_by, partner.invited_at = actor.person_id, now
    partner.answered_at = partner.answered_by = None
    session.add(partner)
    session.flush()
    record_event(
        session,
        actor,
        PartnerInvited(
            subject_id=partnership_id,
            facts={
                "partner": str(partner.id),
                "organisation": str(wanted.organisation_id or ""),
                "role": wanted.role.value,
            },
            personal={"email": wanted.email} if wanted.email else {},
            call_id=call_id,
            application_id=partnership_id,
        ),
        now=now,
    )
    return partner.id


def _known(session: Session, partnership_id: UUID, wanted: InvitePartner) -> Partner | None:
    """The row of an earlier invitation of the same organisation or address."""
    if wanted.organisation_id is not None:
        if session.get(Organisation, wanted.organisation_id) is None:
            raise RulesViolatedError(
                [
                    Violation(
                        "partnership.unknown_organisation", "Choose an organisation from the list.", "organisation_id"
                    )
                ]
            )
        return partner_of_organisation(session, partnership_id, wanted.organisation_id)
    return session.scalars(
        sa.select(Partner)
        .where(Partner.partnership_id == partnership_id, Partner.invited_email == wanted.email)
        .with_for_update()
    ).first()

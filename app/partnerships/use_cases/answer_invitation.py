"""Answer an invitation: accept for an organisation one may speak for, or decline."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.use_cases.assign_role import grant_role
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.partnerships.events import PartnerAnswered
from app.partnerships.models import Partner
from app.partnerships.policies import may_answer, organisations_spoken_for
from app.partnerships.queries import partner_for_change, partner_of_organisation
from app.partnerships.rules.lifecycle import PARTNER, PartnerEvent
from app.partnerships.schemas import AnswerInvitation


def answer_invitation(
    session: Session, actor: Actor, partner_id: UUID, answer: AnswerInvitation, *, now: datetime, call_id: UUID
) -> UUID:
    """Take part or not; returns the partnership's id. Who accepts becomes its partner contact.

    The caller has locked the application. Raise NotFound for somebody else's invitation,
    RulesViolated for an organisation that the actor does not speak for or that is in already.
    """
    partner = partner_for_change(session, partner_id)
    if partner is None or not may_answer(actor, partner.organisation_id, partner.invited_email):
        raise NotFoundError("invitation")
    event = PartnerEvent.ACCEPT if answer.accept else PartnerEvent.DECLINE
    after = PARTNER.after(partner.state, event)
    if answer.accept:
        _name_organisation(session, actor, partner, answer.organisation_id)
    partner.state = after
    partner.answered_at, partner.answered_by = now, actor.person_id
    session.flush()
    if answer.accept and actor.person_id is not None:
        role = Assignment(Role.PARTNER_CONTACT, ScopeKind.APPLICATION, partner.partnership_id)
        grant_role(session, actor.person_id, role, granted_by=actor.person_id, now=now)
    record_event(
        session,
        actor,
        PartnerAnswered(
            subject_id=partner.partnership_id,
            facts={
                "partner": str(partner.id),
                "answer": after.value,
                "organisation": str(partner.organisation_id or ""),
            },
            call_id=call_id,
            application_id=partner.partnership_id,
        ),
        now=now,
    )
    return partner.partnership_id


def _name_organisation(session: Session, actor: Actor, partner: Partner, named: UUID | None) -> None:
    """An invitation by e-mail learns here for which organisation it is accepted."""
    if partner.organisation_id is not None:
        return
    if named is None or named not in organisations_spoken_for(actor):
        raise RulesViolatedError(
            [
                Violation(
                    "partnership.speak_for",
                    "Choose an organisation that you represent, or register it first.",
                    "organisation_id",
                )
            ]
        )
    if partner_of_organisation(session, partner.partnership_id, named) is not None:
        raise RulesViolatedError(
            [
                Violation(
                    "partnership.already_in", "This organisation is already part of the partnership.", "organisation_id"
                )
            ]
        )
    partner.organisation_id = named

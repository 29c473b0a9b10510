"""Change the partnership of an application: invite, answer, leave, remove."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.use_cases.revoke_role import take_role
from app.applications.models import Application, BudgetSheet, CostLine
from app.applications.policies import is_coordinator, require_coordinator, require_edit, require_removal
from app.applications.queries import application_for_change, current_budget, editable_application, open_call
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError
from app.partnerships.queries import partner_for_change, speaks_for_another
from app.partnerships.rules.lifecycle import PartnerEvent
from app.partnerships.schemas import AnswerInvitation, InvitePartner
from app.partnerships.use_cases.answer_invitation import answer_invitation
from app.partnerships.use_cases.end_participation import end_participation
from app.partnerships.use_cases.invite_partner import invite_partner


def invite_to_application(
    session: Session, actor: Actor, application_id: UUID, wanted: InvitePartner, *, now: datetime
) -> UUID:
    """Invite an organisation while the call is open; return the partner's id."""
    require_coordinator(actor, application_id)
    application = editable_application(session, application_id, now=now)
    application.changed_at, application.changed_by = now, actor.person_id
    return invite_partner(session, actor, application_id, wanted, now=now, call_id=application.call_id)


def answer_partner_invitation(
    session: Session, actor: Actor, application_id: UUID, partner_id: UUID, answer: AnswerInvitation, *, now: datetime
) -> None:
    """Accept or decline while the call is open; strangers learn nothing of the application."""
    application = application_for_change(session, application_id)
    if application is None:
        raise NotFoundError("invitation")
    if answer.accept:
        editable_application(session, application_id, now=now)
    if answer_invitation(session, actor, partner_id, answer, now=now, call_id=application.call_id) != application_id:
        raise NotFoundError("invitation")
    if not answer.accept:
        _drop_costs(session, application, partner_id)
    application.changed_at, application.changed_by = now, actor.person_id


def remove_partner(session: Session, actor: Actor, application_id: UUID, partner_id: UUID, *, now: datetime) -> None:
    """Take a partner out, by the coordinator or by itself; its costs leave the budget with it."""
    require_edit(actor, application_id)
    application = editable_application(session, application_id, now=now)
    partner = partner_for_change(session, partner_id)
    if partner is None or partner.partnership_id != application_id:
        raise NotFoundError("partner")
    require_removal(actor, application_id, partner.organisation_id)
    event = PartnerEvent.REMOVE if is_coordinator(actor, application_id) else PartnerEvent.LEAVE
    contact = partner.answered_by
    end_participation(session, actor, partner, event, now=now, call_id=application.call_id)
    _drop_costs(session, application, partner_id)
    if contact is not None and not speaks_for_another(session, application_id, contact):
        role = Assignment(Role.PARTNER_CONTACT, ScopeKind.APPLICATION, application_id)
        take_role(session, contact, role, taken_by=actor, now=now)
    application.changed_at, application.changed_by = now, actor.person_id


def _drop_costs(session: Session, application: Application, partner_id: UUID) -> None:
    """What was planned for the partner leaves the budget; earlier submissions still show it."""
    for table in (CostLine, BudgetSheet):
        session.execute(sa.delete(table).where(table.application_id == application.id, table.partner_id == partner_id))
    rules = open_call(session, application.call_id).rules
    application.requested = current_budget(session, application, rules).table.requested

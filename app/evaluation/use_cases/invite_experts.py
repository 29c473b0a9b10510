"""Offer people the role of an expert of a call, or take an offer back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import invitation, members_of, open_invitation_id
from app.accounts.schemas import InvitePerson
from app.accounts.use_cases.invite_person import invite_person, withdraw_invitation
from app.applications.queries.office_calls import call_scope
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.policies import require_running
from app.evaluation.schemas import InviteExperts


def invite_experts(
    session: Session, actor: Actor, call_id: UUID, wanted: InviteExperts, *, now: datetime
) -> Sequence[UUID]:
    """Invite every address; return the ids of the invitations.

    Raise RulesViolated, and invite nobody, where somebody is an expert of the call already or has an open offer.
    """
    _require(session, actor, call_id)
    role = Assignment(Role.EVALUATOR, ScopeKind.CALL, call_id)
    experts = {row.email for row in members_of(session, ScopeKind.CALL, call_id) if Role.EVALUATOR in row.roles}
    emails = tuple(dict.fromkeys(wanted.emails))
    found = []
    for email in emails:
        if email in experts:
            words = "{email} is an expert of this call already."
            found.append(Violation("expert.already_expert", words, "emails", {"email": email}))
        elif open_invitation_id(session, email, role, now=now) is not None:
            words = "{email} has an open invitation. Withdraw it to send another."
            found.append(Violation("expert.already_invited", words, "emails", {"email": email}))
    if found:
        raise RulesViolatedError(found)
    offers = [
        InvitePerson(email=email, role=Role.EVALUATOR, scope=ScopeKind.CALL, scope_id=call_id) for email in emails
    ]
    return [invite_person(session, _trusted(actor), offer, now=now) for offer in offers]


def withdraw_expert_invitation(
    session: Session, actor: Actor, call_id: UUID, invitation_id: UUID, *, now: datetime
) -> None:
    """Take an offer back. Raise NotFound for one that is not to be an expert of this call."""
    _require(session, actor, call_id)
    found = invitation(session, invitation_id, now=now)
    if found is None or (found.role, found.scope_id) != (Role.EVALUATOR, call_id):
        raise NotFoundError("invitation")
    withdraw_invitation(session, _trusted(actor), invitation_id, now=now)


def _require(session: Session, actor: Actor, call_id: UUID) -> None:
    scope = call_scope(session, call_id)
    if scope is None:
        raise NotFoundError("call")
    require_running(actor, *scope)


def _trusted(actor: Actor) -> Actor:
    """The same person, whom accounts need not judge again: accounts know no programmes, only the evaluation does."""
    return replace(actor, system=True)

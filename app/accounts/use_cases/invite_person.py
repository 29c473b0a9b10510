"""Offer a role to an e-mail address, or take the offer back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.events import InvitationMade, InvitationWithdrawn
from app.accounts.models import Invitation
from app.accounts.policies import may_give_role
from app.accounts.queries import invitation_for_update, open_invitation_id
from app.accounts.rules.invitations import check_open, invitation_state
from app.accounts.rules.links import INVITATION
from app.accounts.rules.roles import check_role
from app.accounts.schemas import InvitePerson
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.infra.tokens import TokenSigner


def invite_person(session: Session, actor: Actor, command: InvitePerson, *, now: datetime) -> UUID:
    """Make the offer; the mail with the link is composed from the event. Returns the invitation's id.

    Raise NotPermitted, or RulesViolated for a scope that the role cannot have or an offer that is already open.
    """
    wanted = Assignment(command.role, command.scope, command.scope_id)
    if found := check_role(wanted):
        raise RulesViolatedError(found)
    if not may_give_role(actor, wanted):
        raise NotPermittedError
    if open_invitation_id(session, command.email, wanted, now=now) is not None:
        raise RulesViolatedError(
            [
                Violation(
                    "account.already_invited",
                    "This address has an open invitation to this role. Withdraw it to send another.",
                    "email",
                )
            ]
        )
    row = Invitation(
        id=new_id(),
        email=command.email,
        role=command.role,
        scope=command.scope,
        scope_id=command.scope_id,
        invited_by=actor.person_id,
        invited_at=now,
        expires_at=now + INVITATION.lasts,
    )
    session.add(row)
    session.flush()
    facts = {"role": command.role, "scope": command.scope, "scope_id": command.scope_id}
    event = InvitationMade(subject_id=row.id, facts=facts, personal={"email": command.email})
    record_event(session, actor, event, now=now)
    return row.id


def withdraw_invitation(session: Session, actor: Actor, invitation_id: UUID, *, now: datetime) -> None:
    """Take the offer back. Raise NotFound, NotPermitted, or RulesViolated where it is no longer open."""
    row = invitation_for_update(session, invitation_id)
    if row is None:
        raise NotFoundError("invitation")
    if not may_give_role(actor, Assignment(Role(row.role), ScopeKind(row.scope), row.scope_id)):
        raise NotPermittedError
    raise_unless_open(row, now=now)
    row.withdrawn_at = now
    record_event(session, actor, InvitationWithdrawn(subject_id=row.id), now=now)


def invitation_token(signer: TokenSigner, invitation_id: UUID, *, expires_at: datetime) -> str:
    """What the mail carries."""
    return signer.sign(INVITATION.purpose, {"invitation": str(invitation_id)}, expires_at=expires_at)


def raise_unless_open(row: Invitation, *, now: datetime) -> None:
    """Raise RulesViolated for an invitation that was used, withdrawn or has expired."""
    state = invitation_state(
        accepted_at=row.accepted_at, withdrawn_at=row.withdrawn_at, expires_at=row.expires_at, now=now
    )
    if found := check_open(state):
        raise RulesViolatedError(found)

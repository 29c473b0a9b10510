"""Accept an invitation, as the person who is signed in or by registering."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.events import EmailConfirmed, InvitationAccepted
from app.accounts.models import Invitation, Person
from app.accounts.queries import credentials_of_email, invitation, invitation_for_update, person_for_update
from app.accounts.rules.links import INVITATION
from app.accounts.rules.passwords import check_password
from app.accounts.schemas import InvitationRow, RegisterInvited
from app.accounts.use_cases.assign_role import grant_role
from app.accounts.use_cases.invite_person import raise_unless_open
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, RulesViolatedError, SignInRequiredError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.infra.tokens import TokenSigner


def invitation_of_link(session: Session, signer: TokenSigner, token: str, *, now: datetime) -> InvitationRow:
    """The invitation that the link is for, in whatever state; raise NotFound for a wrong or old link."""
    facts = signer.read(INVITATION.purpose, token, now=now)
    found = invitation(session, UUID(facts["invitation"]), now=now) if facts else None
    if found is None:
        raise NotFoundError("invitation")
    return found


def accept_invitation(session: Session, actor: Actor, invitation_id: UUID, *, now: datetime) -> Assignment:
    """Take the role on as the signed-in person; the link in hand is the proof, whatever the own address.

    Raise SignInRequired, NotFound, or RulesViolated where the invitation is no longer open.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    return _accept(session, _locked(session, invitation_id), actor.person_id, now=now)


def accept_by_registering(
    session: Session,
    invitation_id: UUID,
    command: RegisterInvited,
    *,
    password_hash: str,
    now: datetime,
    language: str = "en",
) -> UUID:
    """Open an account with the invited address and take the role on; returns the person's id.

    The account reads ``language``, that of the page where it was opened.

    The link came to that mailbox, so the address is confirmed. Raise NotFound, or RulesViolated for an
    invitation that is no longer open, an address that has an account, a password that is not accepted.
    """
    row = _locked(session, invitation_id)
    raise_unless_open(row, now=now)
    if found := check_password(command.password.get_secret_value(), email=row.email):
        raise RulesViolatedError(found)
    session.execute(
        insert(Person)
        .values(id=new_id(), email=row.email, name=command.name, created_at=now)
        .on_conflict_do_nothing(index_elements=[Person.email])
    )
    known = credentials_of_email(session, row.email)
    person = person_for_update(session, known.person_id) if known else None
    if person is None or person.email_confirmed_at is not None:
        raise RulesViolatedError(
            [
                Violation(
                    "account.sign_in_to_accept",
                    "There is already an account with this address. Sign in to accept the invitation.",
                )
            ]
        )
    person.name, person.password_hash, person.email_confirmed_at = command.name, password_hash, now
    person.language = language
    record_event(session, Actor(person_id=person.id), EmailConfirmed(subject_id=person.id), now=now)
    _accept(session, row, person.id, now=now)
    return person.id


def _locked(session: Session, invitation_id: UUID) -> Invitation:
    row = invitation_for_update(session, invitation_id)
    if row is None:
        raise NotFoundError("invitation")
    return row


def _accept(session: Session, row: Invitation, person_id: UUID, *, now: datetime) -> Assignment:
    raise_unless_open(row, now=now)
    row.accepted_at, row.accepted_by = now, person_id
    role = Assignment(Role(row.role), ScopeKind(row.scope), row.scope_id)
    session.flush()
    grant_role(session, person_id, role, granted_by=row.invited_by, now=now)
    event = InvitationAccepted(subject_id=row.id, facts={"person": person_id})
    record_event(session, Actor(person_id=person_id), event, now=now)
    return role

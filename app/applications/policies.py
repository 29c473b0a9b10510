"""Who may do what with an application."""

from __future__ import annotations

from uuid import UUID

from app.calls.policies import may_manage_call
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError
from app.partnerships.policies import organisations_spoken_for

CONTACTS = (Role.COORDINATOR_CONTACT, Role.PARTNER_CONTACT)
READERS = (*CONTACTS, Role.TEAM_MEMBER)
OFFICE = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUDITOR)
AWARDERS = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER)


def is_coordinator(actor: Actor, application_id: UUID) -> bool:
    """Whether the actor speaks for the coordinator: invites, submits and withdraws."""
    return application_id in actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT)


def may_edit(actor: Actor, application_id: UUID) -> bool:
    """Whether the actor may change the working copy."""
    return application_id in actor.ids(ScopeKind.APPLICATION, *CONTACTS)


def may_read_draft(actor: Actor, application_id: UUID) -> bool:
    """Whether the actor may see the working copy: only the consortium may, the office sees submissions."""
    return application_id in actor.ids(ScopeKind.APPLICATION, *READERS)


def follows_call(actor: Actor, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor follows the call for the public body."""
    return _holds(actor, call_id, programme_id, OFFICE)


def _holds(actor: Actor, call_id: UUID, programme_id: UUID, roles: tuple[Role, ...]) -> bool:
    return any(
        assignment.scope == ScopeKind.PLATFORM
        or (assignment.scope == ScopeKind.PROGRAMME and assignment.scope_id == programme_id)
        or (assignment.scope == ScopeKind.CALL and assignment.scope_id == call_id)
        for assignment in actor.scopes_of(*roles)
    )


def require_edit(actor: Actor, application_id: UUID) -> None:
    """Raise unless the actor may change the working copy; strangers are not told that it exists."""
    if not actor.signed_in:
        raise SignInRequiredError
    if not may_edit(actor, application_id):
        raise NotPermittedError if may_read_draft(actor, application_id) else NotFoundError("application")


def require_coordinator(actor: Actor, application_id: UUID) -> None:
    """Raise unless the actor speaks for the coordinator."""
    require_edit(actor, application_id)
    if not is_coordinator(actor, application_id):
        raise NotPermittedError("Only the coordinator's contact can do this.")


def require_checks(actor: Actor, call_id: UUID, programme_id: UUID) -> None:
    """Raise unless the actor checks the applications of the call; who does not follow it is not told that it exists."""
    if not actor.signed_in:
        raise SignInRequiredError
    if not may_manage_call(actor, programme_id, call_id):
        raise NotPermittedError if follows_call(actor, call_id, programme_id) else NotFoundError("application")


def require_award(actor: Actor, call_id: UUID, programme_id: UUID) -> None:
    """Raise unless the actor may record that the award of the call was decided."""
    if not (actor.system or _holds(actor, call_id, programme_id, AWARDERS)):
        raise NotPermittedError


def speaks_for_partner(actor: Actor, application_id: UUID, organisation_id: UUID, accepted_by: UUID | None) -> bool:
    """Whether the actor may bind a partner: a representative or signatory of it, or the contact who accepted for it."""
    contact = actor.signed_in and actor.person_id == accepted_by and may_edit(actor, application_id)
    return contact or organisation_id in organisations_spoken_for(actor)

"""Guards: who may use a route. Every route names one; what no guard allows is refused."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import may_read_draft, require_coordinator, require_edit
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SignInRequiredError

Guard = Callable[[Session, Actor], None]

STAFF = (
    Role.ADMINISTRATOR,
    Role.PROGRAMME_OFFICER,
    Role.FINANCE_OFFICER,
    Role.AUTHORISING_OFFICER,
    Role.ACCOUNTING_OFFICER,
    Role.AUDITOR,
)


def public(session: Session, actor: Actor) -> None:
    """Everybody."""


def signed_in(session: Session, actor: Actor) -> None:  # noqa: ARG001  # a guard's signature
    """Any person who is signed in."""
    if not actor.signed_in:
        raise SignInRequiredError


def has_role(*roles: Role) -> Guard:
    """A person with one of the roles, in any scope; what they see there is narrowed by the query."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not any(actor.has(role) for role in roles):
            raise NotPermittedError

    return guard


def has_platform_role(*roles: Role) -> Guard:
    """A person with one of the roles for the whole platform."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not any(actor.has(role, scope=ScopeKind.PLATFORM) for role in roles):
            raise NotPermittedError

    return guard


administrator = has_platform_role(Role.ADMINISTRATOR)
auditor = has_platform_role(Role.AUDITOR, Role.ADMINISTRATOR)
programme_officer = has_role(Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
staff = has_role(*STAFF)


def reads_application(application_id: UUID) -> Guard:
    """The consortium of an application; strangers are not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not may_read_draft(actor, application_id):
            raise NotFoundError("application")

    return guard


def edits_application(application_id: UUID) -> Guard:
    """Contacts of the coordinator and of partners that take part."""

    def guard(session: Session, actor: Actor) -> None:  # noqa: ARG001  # a guard's signature
        require_edit(actor, application_id)

    return guard


def coordinates_application(application_id: UUID) -> Guard:
    """The contact of the coordinator: invites, submits, withdraws."""

    def guard(session: Session, actor: Actor) -> None:  # noqa: ARG001  # a guard's signature
        require_coordinator(actor, application_id)

    return guard

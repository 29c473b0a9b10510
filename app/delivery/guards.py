"""Guards: who may use a route. Every route names one; what no guard allows is refused."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import has_second_factor
from app.accounts.rules.delegation import DELEGABLE
from app.applications import policies
from app.applications.policies import may_read_draft, require_coordinator, require_edit, require_removal
from app.applications.queries.evidence import may_see_declarations
from app.applications.queries.office_calls import call_of_application, call_scope
from app.calls.policies import may_manage_call
from app.core.actor import Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, SecondStepRequiredError, SignInRequiredError
from app.ledger import policies as ledger
from app.partnerships.queries import organisation_of_partner

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


class SteppedUp:
    """A guard that also wants the second step; the unit of work looks for it when a code comes with the request."""

    def __init__(self, inner: Guard) -> None:
        self.inner = inner

    def __call__(self, session: Session, actor: Actor) -> None:
        """Who the inner guard refuses is refused as ever; who it lets in must have confirmed the second step."""
        self.inner(session, actor)
        if not actor.stepped_up:
            enrolled = actor.person_id is not None and has_second_factor(session, actor.person_id)
            raise SecondStepRequiredError(enrolled=enrolled)


def stepped_up(guard: Guard) -> Guard:
    """Whom ``guard`` lets in, with a second step confirmed within ten minutes, or by a code with this request.

    Put it around the form's GET and the POST alike: then the code is asked for before anything is typed. Where the
    ten minutes end in between, the page that asks for the code keeps what was typed and sends it on.
    """
    return SteppedUp(guard)


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
office = has_role(*DELEGABLE)
"""Whose tasks can be handed over."""


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


def removes_partner(application_id: UUID, partner_id: UUID) -> Guard:
    """The contact of the coordinator, and whoever speaks for the partner itself."""

    def guard(session: Session, actor: Actor) -> None:
        require_edit(actor, application_id)
        organisation_id = organisation_of_partner(session, application_id, partner_id)
        require_removal(actor, application_id, organisation_id)

    return guard


def follows_call(call: UUID | str) -> Guard:
    """The office of a call, named by id or identifier; strangers are not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = call_scope(session, call)
        if scope is None or not policies.follows_call(actor, *scope):
            raise NotFoundError("call")

    return guard


def sees_money(call: UUID | str) -> Guard:
    """The office of a call and who handles its money; strangers are not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = call_scope(session, call)
        if scope is None or not ledger.sees_money(actor, *scope):
            raise NotFoundError("call")

    return guard


def manages_call(call: UUID | str) -> Guard:
    """Who prepares and publishes the call; the rest of its office may only look."""

    def guard(session: Session, actor: Actor) -> None:
        follows_call(call)(session, actor)
        scope = call_scope(session, call)
        if scope is None or not may_manage_call(actor, scope[1], scope[0]):
            raise NotPermittedError

    return guard


def checks_application(application_id: UUID) -> Guard:
    """Who checks the applications of its call; the rest of its office may only look."""

    def guard(session: Session, actor: Actor) -> None:
        follows_application(application_id)(session, actor)
        call_id = call_of_application(session, application_id)
        scope = call_scope(session, call_id) if call_id is not None else None
        if scope is None or not may_manage_call(actor, scope[1], scope[0]):
            raise NotPermittedError

    return guard


def sees_declarations(application_id: UUID) -> Guard:
    """The consortium of an application, and who speaks for an organisation of it."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not may_see_declarations(session, actor, application_id):
            raise NotFoundError("application")

    return guard


def sees_declarations_or_follows(application_id: UUID) -> Guard:
    """The same, and the office of its call once it was submitted."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not may_see_declarations(session, actor, application_id):
            follows_application(application_id)(session, actor)

    return guard


def reads_or_follows(application_id: UUID) -> Guard:
    """The consortium of an application, and the office of its call once it was submitted."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not may_read_draft(actor, application_id):
            follows_application(application_id)(session, actor)

    return guard


def follows_application(application_id: UUID) -> Guard:
    """The office of the call that an application was submitted to; drafts do not exist for it."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        call_id = call_of_application(session, application_id)
        scope = call_scope(session, call_id) if call_id is not None else None
        if scope is None or not policies.follows_call(actor, *scope):
            raise NotFoundError("application")

    return guard

"""Actor: who asks, in which roles and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may be. Each assignment of a role has a scope."""

    ADMINISTRATOR = "administrator"
    PROGRAMME_OFFICER = "programme_officer"
    FINANCE_OFFICER = "finance_officer"
    AUTHORISING_OFFICER = "authorising_officer"
    ACCOUNTING_OFFICER = "accounting_officer"
    AUDITOR = "auditor"
    EVALUATOR = "evaluator"
    REPRESENTATIVE = "representative"
    SIGNATORY = "signatory"
    MEMBER = "member"
    COORDINATOR_CONTACT = "coordinator_contact"
    PARTNER_CONTACT = "partner_contact"
    TEAM_MEMBER = "team_member"


class ScopeKind(StrEnum):
    """Where a role counts."""

    PLATFORM = "platform"
    PROGRAMME = "programme"
    CALL = "call"
    ORGANISATION = "organisation"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one person in one scope; ``scope_id`` is None only for the platform."""

    role: Role
    scope: ScopeKind
    scope_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts: a person, the system (a job) or nobody in particular (the public).

    ``token_scopes`` is None for a browser session and the list of scopes of an API token.
    """

    person_id: UUID | None = None
    name: str = ""
    email: str = ""
    assignments: tuple[Assignment, ...] = ()
    system: bool = False
    token_scopes: frozenset[str] | None = field(default=None)
    stepped_up: bool = False
    """Whether the person confirmed the second step a short while ago, or with this very request."""

    also: frozenset[UUID] = frozenset()
    """Who counts as the same person where four eyes are wanted: those for whom this one acted, and who acted for them."""
    acting_for: UUID | None = None
    """The colleague for whom the person acts now; ``assignments`` are then that colleague's, as far as they are delegated."""
    acting_for_name: str = ""
    acting_until: datetime | None = None
    """The first instant at which the delegation is over."""

    @property
    def persons(self) -> frozenset[UUID]:
        """Everybody whom this actor counts as: no second pair of eyes to any of them."""
        own = (self.person_id, self.acting_for)
        return self.also | {person_id for person_id in own if person_id is not None}

    @property
    def signed_in(self) -> bool:
        """Whether a person is known."""
        return self.person_id is not None

    def has(self, role: Role, *, scope: ScopeKind | None = None, scope_id: UUID | None = None) -> bool:
        """Whether the actor holds ``role``: anywhere, in a kind of scope, or in one scope."""
        return any(
            a.role == role and (scope is None or a.scope == scope) and (scope_id is None or a.scope_id == scope_id)
            for a in self.assignments
        )

    def scopes_of(self, *roles: Role) -> tuple[Assignment, ...]:
        """The assignments of any of ``roles``."""
        return tuple(a for a in self.assignments if a.role in roles)

    def ids(self, scope: ScopeKind, *roles: Role) -> frozenset[UUID]:
        """Ids of one kind of scope in which the actor holds any of ``roles`` (all roles when none)."""
        return frozenset(
            a.scope_id
            for a in self.assignments
            if a.scope == scope and a.scope_id is not None and (not roles or a.role in roles)
        )

    def may_use(self, token_scope: str) -> bool:
        """Whether a token may be used for ``token_scope``; a browser session may always."""
        return self.token_scopes is None or token_scope in self.token_scopes


PUBLIC = Actor()
SYSTEM = Actor(name="Grappe", system=True)

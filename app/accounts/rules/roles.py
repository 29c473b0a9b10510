"""In which scopes a role may be held, and who may give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.core.actor import Assignment, Role, ScopeKind
from app.core.violations import Violation

_OFFICE = frozenset({ScopeKind.PLATFORM, ScopeKind.PROGRAMME, ScopeKind.CALL})
_ORGANISATION = frozenset({ScopeKind.ORGANISATION})
_APPLICATION = frozenset({ScopeKind.APPLICATION})

SCOPES: Mapping[Role, frozenset[ScopeKind]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset({ScopeKind.PLATFORM}),
        Role.PROGRAMME_OFFICER: _OFFICE,
        Role.FINANCE_OFFICER: _OFFICE,
        Role.AUTHORISING_OFFICER: _OFFICE,
        Role.ACCOUNTING_OFFICER: _OFFICE,
        Role.AUDITOR: frozenset({ScopeKind.PLATFORM}),
        Role.EVALUATOR: frozenset({ScopeKind.PLATFORM, ScopeKind.CALL}),
        Role.REPRESENTATIVE: _ORGANISATION,
        Role.SIGNATORY: _ORGANISATION,
        Role.MEMBER: _ORGANISATION,
        Role.COORDINATOR_CONTACT: _APPLICATION,
        Role.PARTNER_CONTACT: _APPLICATION,
        Role.TEAM_MEMBER: _APPLICATION,
    }
)

_GIVEN_IN_THE_SAME_SCOPE_BY: Mapping[Role, Role] = MappingProxyType(
    {
        Role.REPRESENTATIVE: Role.REPRESENTATIVE,
        Role.SIGNATORY: Role.REPRESENTATIVE,
        Role.MEMBER: Role.REPRESENTATIVE,
        Role.COORDINATOR_CONTACT: Role.COORDINATOR_CONTACT,
        Role.PARTNER_CONTACT: Role.COORDINATOR_CONTACT,
        Role.TEAM_MEMBER: Role.COORDINATOR_CONTACT,
    }
)
"""The nomination chain of the Portal: a representative names members and signatories of the own organisation,
a coordinator contact names the contacts of the own application. Offices are given by an administrator only,
the evaluator of a call also by the officer of that call or of the whole platform."""


BINDING = frozenset({Role.REPRESENTATIVE, Role.SIGNATORY})
"""Who speaks or signs for an organisation."""


def binds_organisation(role: str) -> bool:
    """Whether who holds the role may bind an organisation; ``role`` as somebody typed it."""
    return role in BINDING


def check_role(wanted: Assignment) -> tuple[Violation, ...]:
    """Whether the role can be held in the scope; a scope other than the platform names one thing."""
    if wanted.scope not in SCOPES[wanted.role]:
        return (
            Violation(
                "account.role_scope",
                "The role {role} cannot be held for: {scope}. It can be held for: {scopes}.",
                "scope",
                {
                    "role": wanted.role.replace("_", " "),
                    "scope": wanted.scope.value,
                    "scopes": ", ".join(sorted(SCOPES[wanted.role])),
                },
            ),
        )
    if wanted.scope is ScopeKind.PLATFORM and wanted.scope_id is not None:
        return (Violation("account.role_scope_id", "A role for the whole platform names no single thing.", "scope_id"),)
    if wanted.scope is not ScopeKind.PLATFORM and wanted.scope_id is None:
        return (
            Violation(
                "account.role_scope_id",
                "Say for which {scope} the role is meant.",
                "scope_id",
                {"scope": wanted.scope.value},
            ),
        )
    return ()


def may_give(held: Iterable[Assignment], wanted: Assignment) -> bool:
    """Whether somebody who holds these roles may give the wanted one, or take it away."""
    giver = _GIVEN_IN_THE_SAME_SCOPE_BY.get(wanted.role)
    for own in held:
        if own == Assignment(Role.ADMINISTRATOR, ScopeKind.PLATFORM):
            return True
        if giver is not None and own == Assignment(giver, wanted.scope, wanted.scope_id):
            return True
        if wanted.role is Role.EVALUATOR and own.role is Role.PROGRAMME_OFFICER and _covers(own, wanted):
            return True
    return False


def _covers(own: Assignment, wanted: Assignment) -> bool:
    return own.scope is ScopeKind.PLATFORM or (own.scope, own.scope_id) == (wanted.scope, wanted.scope_id)

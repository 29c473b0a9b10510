"""Who may see and change what of an organisation."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor, Role, ScopeKind

_OFFICE = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER)
_READERS = (*_OFFICE, Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER, Role.AUDITOR)


def may_register(actor: Actor) -> bool:
    """Any person may register an organisation and speaks for it then."""
    return actor.system or actor.signed_in


def may_change(actor: Actor, organisation_id: UUID) -> bool:
    """Its representatives, and the office."""
    return (
        actor.system
        or actor.has(Role.REPRESENTATIVE, scope=ScopeKind.ORGANISATION, scope_id=organisation_id)
        or any(actor.has(role) for role in _OFFICE)
    )


def may_see_people(actor: Actor, organisation_id: UUID) -> bool:
    """Names and addresses of its people are for its own people and the office."""
    return actor.system or organisation_id in actor.ids(ScopeKind.ORGANISATION) or any(actor.has(r) for r in _READERS)


def may_manage_people(actor: Actor, organisation_id: UUID) -> bool:
    """Its representatives and the administrators say who belongs to it."""
    return (
        actor.system
        or actor.has(Role.REPRESENTATIVE, scope=ScopeKind.ORGANISATION, scope_id=organisation_id)
        or actor.has(Role.ADMINISTRATOR, scope=ScopeKind.PLATFORM)
    )

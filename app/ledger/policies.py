"""Who may see the money of a call. Who may move it is decided by the areas that award and pay."""

from __future__ import annotations

from uuid import UUID

from app.core.actor import Actor, Role, ScopeKind

FINANCE = (Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER)
"""Who handles money without preparing calls or reading applications."""
READERS = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUDITOR, *FINANCE)


def sees_money(actor: Actor, call_id: UUID, programme_id: UUID) -> bool:
    """Whether the actor follows the money of a call: for the platform, its programme or the call alone."""
    return any(
        assignment.scope == ScopeKind.PLATFORM
        or (assignment.scope == ScopeKind.PROGRAMME and assignment.scope_id == programme_id)
        or (assignment.scope == ScopeKind.CALL and assignment.scope_id == call_id)
        for assignment in actor.scopes_of(*READERS)
    )

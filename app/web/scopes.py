"""Where a role counts, in words and with an address; looked up for a whole list at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.queries.reading import heads_of
from app.calls.queries import programmes
from app.core.actor import ScopeKind
from app.infra.links import link_to
from app.organisations.queries import names_of_organisations

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.accounts.schemas import InvitationRow, RoleRow

SCOPE_WORDS = {
    ScopeKind.PLATFORM: "Whole platform",
    ScopeKind.PROGRAMME: "Programme",
    ScopeKind.CALL: "Call",
    ScopeKind.ORGANISATION: "Organisation",
    ScopeKind.APPLICATION: "Application",
}


def _references(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = [each for each in ids if each is not None]
    return {head.id: head.reference for head in heads_of(session, wanted)} if wanted else {}


def _programmes(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = set(ids)
    return {each: code for each, code, _title in programmes(session) if each in wanted} if wanted else {}


NAMES: dict[ScopeKind, Callable[[Session, Iterable[UUID | None]], dict[UUID, str]]] = {
    ScopeKind.ORGANISATION: names_of_organisations,
    ScopeKind.APPLICATION: _references,
    ScopeKind.PROGRAMME: _programmes,
}
"""How things of a kind are named: ids to names, in one query."""
_PLACES = {ScopeKind.ORGANISATION: "organisation/{0}", ScopeKind.APPLICATION: "application/{0}"}


@dataclass(frozen=True, slots=True)
class ShownScope:
    """A scope as pages show it; ``href`` is empty where there is no page to open."""

    kind: str
    name: str
    href: str


def shown_scopes(session: Session, rows: Iterable[RoleRow | InvitationRow]) -> Mapping[UUID, ShownScope]:
    """The scope of each row, by the row's id. One query per kind of scope."""
    rows = tuple(rows)
    names: dict[UUID, str] = {}
    for kind, look_up in NAMES.items():
        names |= look_up(session, [row.scope_id for row in rows if row.scope is kind])
    return {row.id: shown_scope(row.scope, row.scope_id, names) for row in rows}


def shown_scope(kind: ScopeKind, scope_id: UUID | None, names: Mapping[UUID, str]) -> ShownScope:
    """One scope; its id where nobody knows a name."""
    if scope_id is None:
        return ShownScope(SCOPE_WORDS[kind], "", "")
    place = _PLACES.get(kind)
    href = link_to(place.format(scope_id)) if place else ""
    return ShownScope(SCOPE_WORDS[kind], names.get(scope_id, str(scope_id)), href)

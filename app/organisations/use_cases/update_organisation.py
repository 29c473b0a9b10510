"""Change the details of an organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, StaleVersionError
from app.core.money import Money
from app.core.violations import blocking
from app.organisations.events import OrganisationUpdated
from app.organisations.models import Organisation
from app.organisations.policies import may_change
from app.organisations.queries import organisation_for_update
from app.organisations.schemas import UpdateOrganisation
from app.organisations.use_cases.register_organisation import day_of, findings_of


def update_organisation(
    session: Session, actor: Actor, organisation_id: UUID, command: UpdateOrganisation, *, now: datetime
) -> int:
    """Store the details; the new row version.

    Raise NotFound, NotPermitted, StaleVersion with the stored values that differ from the sent ones,
    or RulesViolated with everything that does not fit.
    """
    row = organisation_for_update(session, organisation_id)
    if row is None:
        raise NotFoundError("organisation")
    if not may_change(actor, organisation_id):
        raise NotPermittedError
    wanted = command.values()
    del wanted["version"]
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    if command.version != row.version:
        theirs = {name: _text(getattr(row, name)) for name in changed}
        raise StaleVersionError(sent=command.version, current=row.version, theirs=theirs)
    if found := blocking(findings_of(command, on=day_of(now))):
        raise RulesViolatedError(found)
    if changed:
        _store(row, {name: wanted[name] for name in changed})
        event = OrganisationUpdated(subject_id=row.id, facts={"fields": changed, "version": row.version})
        session.flush()
        record_event(session, actor, event, now=now)
    return row.version


def _store(row: Organisation, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1


def _text(value: object) -> str:
    if isinstance(value, Money):
        return value.amount
    return "" if value is None else str(value)

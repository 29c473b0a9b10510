"""Record how far an organisation's registration on the European cluster platform is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.organisations.events import PlatformRegistrationRecorded
from app.organisations.policies import may_change
from app.organisations.queries import organisation_for_update
from app.organisations.rules.details import check_platform_registration
from app.organisations.schemas import RecordPlatformRegistration
from app.organisations.use_cases.register_organisation import day_of


def record_platform_registration(
    session: Session, actor: Actor, organisation_id: UUID, command: RecordPlatformRegistration, *, now: datetime
) -> None:
    """Store the fact with its evidence and who said it. Raise NotFound, NotPermitted, RulesViolated without evidence."""
    row = organisation_for_update(session, organisation_id)
    if row is None:
        raise NotFoundError("organisation")
    if not may_change(actor, organisation_id):
        raise NotPermittedError
    found = check_platform_registration(
        command.state, reference=command.reference, happened_on=command.happened_on, on=day_of(now)
    )
    if found:
        raise RulesViolatedError(found)
    before = row.platform_registration
    row.platform_registration, row.platform_reference = command.state, command.reference
    row.platform_on, row.platform_note = command.happened_on, command.note
    row.platform_recorded_by, row.platform_recorded_at = actor.person_id, now
    facts = {"before": before, "after": command.state, "happened_on": command.happened_on}
    record_event(session, actor, PlatformRegistrationRecorded(subject_id=row.id, facts=facts), now=now)

"""Drafts whose deadline is near, with who is to be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.applications.models import Application
from app.applications.queries.applied_call import AppliedCall, applied_call
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call
from app.calls.rules.lifecycle import CallState
from app.core.actor import Role, ScopeKind
from app.notifications.queries.addressees import ADDRESSEE
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import Addressee, ApplicationFacts, CallFacts
from app.notifications.rules.reminders import FIRST_REMINDER


@dataclass(frozen=True, slots=True)
class DraftNearDeadline:
    """A draft, its call and one of its contacts."""

    application: ApplicationFacts
    started_at: datetime
    call: CallFacts
    contact: Addressee


def drafts_near_deadline(
    session: Session, *, now: datetime, application_id: UUID | None = None
) -> Sequence[DraftNearDeadline]:
    """Contacts of drafts in published calls that may be due for a reminder; of one application where it is named.

    ``call.deadline`` is that of the stage which the application is in; it may be far off or over.
    """
    statement = (
        sa.select(
            Application.id,
            Application.reference,
            Application.acronym,
            Application.submitted_at,
            Application.created_at,
            Application.call_id,
            Application.stage,
            *ADDRESSEE,
        )
        .join(Call, Call.id == Application.call_id)
        .join(
            RoleAssignment,
            sa.and_(
                RoleAssignment.scope == ScopeKind.APPLICATION,
                RoleAssignment.scope_id == Application.id,
                RoleAssignment.role.in_((Role.COORDINATOR_CONTACT, Role.PARTNER_CONTACT)),
            ),
        )
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(
            Application.state == ApplicationState.DRAFT,
            Call.state == CallState.PUBLISHED,
            Call.deadline <= now + FIRST_REMINDER,  # no stage ends before the first one
            Person.active,
        )
        .order_by(Application.id, Person.id)
    )
    if application_id is not None:
        statement = statement.where(Application.id == application_id)
    known: dict[UUID, AppliedCall] = {}
    found = []
    for identity, reference, acronym, submitted_at, created_at, call_id, stage, *person in session.execute(statement):
        call = known.get(call_id) or known.setdefault(call_id, applied_call(session, call_id))
        application = ApplicationFacts(identity, reference, acronym, submitted_at is not None)
        found.append(DraftNearDeadline(application, created_at, call_facts(call, stage), Addressee(*person)))
    return found

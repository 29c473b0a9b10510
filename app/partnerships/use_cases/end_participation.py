"""End a participation: a partner leaves, or the coordinator removes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.partnerships.events import ParticipationEnded
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PARTNER, PartnerEvent


def end_participation(
    session: Session, actor: Actor, partner: Partner, event: PartnerEvent, *, now: datetime, call_id: UUID
) -> None:
    """Take the partner out; its row stays as history. The caller has locked it and checked who may.

    Raise RulesViolated for the coordinator: another one must take over first.
    """
    if partner.role == PartnerRole.COORDINATOR:
        raise RulesViolatedError(
            [
                Violation(
                    "partnership.coordinator_stays",
                    "The coordinator cannot leave its own application. Withdraw the application instead.",
                )
            ]
        )
    partner.state = PARTNER.after(partner.state, event)
    partner.answered_at, partner.answered_by = now, actor.person_id
    session.flush()
    record_event(
        session,
        actor,
        ParticipationEnded(
            subject_id=partner.partnership_id,
            facts={"partner": str(partner.id), "how": event.value},
            call_id=call_id,
            application_id=partner.partnership_id,
        ),
        now=now,
    )

"""Propose when the project starts and how long it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError
from app.grants.events import GrantDatesProposed
from app.grants.policies import require_grant, works_for_grant
from app.grants.queries.grants import grant_scope
from app.grants.queries.preparation import grant_in_preparation, preparation_of
from app.grants.rules.periods import end_of
from app.grants.rules.preparation import date_findings
from app.grants.schemas import ProposeDates


def propose_dates(session: Session, actor: Actor, grant_id: UUID, wanted: ProposeDates, *, now: datetime) -> None:
    """Store start, duration and the end that follows.

    Raise StaleVersion where somebody else changed them since, RulesViolated outside the limits of the call.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=works_for_grant(actor, scope))
    grant = grant_in_preparation(session, grant_id)
    if grant.version != wanted.version:
        theirs = {"start_on": str(grant.start_on or ""), "duration_months": str(grant.duration_months or "")}
        raise StaleVersionError(sent=wanted.version, current=grant.version, theirs=theirs)
    judged = preparation_of(session, grant_id)
    judged = replace(judged, start_on=wanted.start_on, duration_months=wanted.duration_months)
    if found := date_findings(judged):
        raise RulesViolatedError(found)
    grant.start_on, grant.duration_months = wanted.start_on, wanted.duration_months
    grant.end_on = end_of(wanted.start_on, wanted.duration_months)
    grant.version += 1
    session.flush()
    event = GrantDatesProposed(
        subject_id=grant_id,
        facts={"start_on": wanted.start_on, "duration_months": wanted.duration_months, "end_on": grant.end_on},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)

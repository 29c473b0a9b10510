"""Reports of running grants that their consortium owes, with those who may be reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.core.actor import Role
from app.grants.models import Grant
from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.notifications.queries import addressees
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import Addressee, ApplicationFacts, CallFacts
from app.notifications.rules.reminders import PERIOD_REMINDERS
from app.reporting.models import PeriodicReport, ReportingPeriod
from app.reporting.queries.reports import OWED_ON
from app.reporting.rules.lifecycle import WRITABLE, ReportState


@dataclass(frozen=True, slots=True)
class PeriodicReportDue:
    """A report that the consortium owes; ``opened_on`` is the day since which it could be written.

    For one that was given back ``due_on`` is the day of its correction.
    """

    period_id: UUID
    grant_id: UUID
    number: int
    due_on: date
    opened_on: date
    application: ApplicationFacts
    call_id: UUID
    given_back: bool


def periodic_reports_due(session: Session, *, today: date, grant_id: UUID | None = None) -> Sequence[PeriodicReportDue]:
    """Reports of which somebody may be reminded today; of one grant where one is named. One query."""
    given_back = PeriodicReport.state == ReportState.RETURNED
    statement = (
        sa.select(
            ReportingPeriod.id,
            ReportingPeriod.number,
            OWED_ON,
            sa.case((given_back, PeriodicReport.returned_at), else_=ReportingPeriod.opened_at),
            given_back,
            Grant.id,
            Grant.application_id,
            Grant.reference,
            Grant.acronym,
            Grant.call_id,
        )
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .join(Grant, Grant.id == ReportingPeriod.grant_id)
        .where(
            Grant.state == GrantState.RUNNING,
            PeriodicReport.state.in_(WRITABLE),
            today + timedelta(days=max(PERIOD_REMINDERS)) >= OWED_ON,
        )
        .order_by(OWED_ON, ReportingPeriod.id)
    )
    if grant_id is not None:
        statement = statement.where(Grant.id == grant_id)
    return [
        PeriodicReportDue(
            period_id,
            found,
            number,
            due_on,
            day_of(opened_at),
            ApplicationFacts(application_id, reference, acronym, submitted=True),
            call_id,
            back,
        )
        for (
            period_id,
            number,
            due_on,
            opened_at,
            back,
            found,
            application_id,
            reference,
            acronym,
            call_id,
        ) in session.execute(statement)
    ]


def told_of_report(session: Session, due: PeriodicReportDue) -> tuple[CallFacts, Sequence[Addressee]]:
    """The call, and the contacts of the whole consortium: each partner fills in a statement. Three queries."""
    people = [
        one
        for role in (Role.COORDINATOR_CONTACT, Role.PARTNER_CONTACT)
        for one in addressees.contacts(session, due.application.id, role)
    ]
    return call_facts(applied_call(session, due.call_id)), people

"""Open the reporting periods of a grant when its agreement enters into force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import TransitionNotAllowedError
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_for_change
from app.grants.rules.grant_lifecycle import IN_FORCE
from app.infra.ids import new_id
from app.reporting.events import PeriodsOpened
from app.reporting.models import PeriodicReport, ReportingPeriod
from app.reporting.queries.reports import reports_of
from app.reporting.rules.lifecycle import REPORT
from app.reporting.rules.periods import periods_of
from app.reporting.schemas import ReportRow


def open_periods(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> Sequence[ReportRow]:
    """Make a period with an empty report for each one of the agreement; what is there already stays. Return them all.

    Permission is the caller's: whoever makes the grant enter into force, or the first who looks at its reports. Raise
    TransitionNotAllowed for a grant that is not in force, NotFound for an unknown one.
    """
    if found := reports_of(session, grant_id):
        return found
    grant = grant_for_change(session, grant_id)
    if grant.state not in IN_FORCE:
        raise TransitionNotAllowedError("grant", grant.state, "reported on")
    agreement = agreement_of(session, grant_id)
    periods = periods_of(
        agreement.periods, agreement.start_on, agreement.end_on, due_days=agreement.terms.report_due_days
    )
    made = 0
    for period in periods:
        statement = (
            insert(ReportingPeriod)
            .values(
                id=new_id(),
                grant_id=grant_id,
                number=period.number,
                starts_on=period.starts_on,
                ends_on=period.ends_on,
                due_on=period.due_on,
                payment=period.payment,
                opened_at=now,
            )
            .on_conflict_do_nothing()
            .returning(ReportingPeriod.id)
        )
        period_id = session.execute(statement).scalar()
        if period_id is not None:
            made += 1
            empty = {
                "period_id": period_id,
                "state": REPORT.initial,
                "texts": {},
                "version": 0,
                "times": 0,
                "reason": "",
            }
            session.execute(sa.insert(PeriodicReport).values(**empty))
    if made:
        event = PeriodsOpened(
            subject_id=grant_id,
            facts={"periods": made, "first_due_on": periods[0].due_on},
            call_id=grant.call_id,
            application_id=grant.application_id,
        )
        record_event(session, actor, event, now=now)
    return reports_of(session, grant_id)

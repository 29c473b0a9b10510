"""Reports of grants that a person writes, fills in, judges or has paid. One query, and some for a payment that came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls.models import Call
from app.core.actor import Actor, Role, ScopeKind
from app.grants.models import Grant
from app.grants.rules.grant_lifecycle import GrantState
from app.notifications.rules.reporting_tasks import ReportWork
from app.payments.models import Payment
from app.payments.rules.lifecycle import ENDED
from app.reporting.models import FinancialStatement, PaymentCalculation, PeriodicReport, ReportingPeriod
from app.reporting.queries.paid import may_be_asked
from app.reporting.queries.reading import report_reading
from app.reporting.rules.lifecycle import DECIDED, WRITABLE, ReportState

MOST = 100
"""Reports shown on the start page; the lists have the rest."""
_PAYS = (GrantState.RUNNING, GrantState.CLOSED)
"""The bank may send a payment back after the grant was closed."""
_OFFICERS = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)


def reporting_work(session: Session, actor: Actor, *, today: date) -> Sequence[ReportWork]:
    """Every open report of a running grant that concerns the actor; nothing for the public."""
    if actor.person_id is None:
        return ()
    coordinates = Grant.application_id.in_(actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT))
    takes_part = Grant.application_id.in_(actor.ids(ScopeKind.APPLICATION, Role.PARTNER_CONTACT))
    officer = _in_office(actor)
    signed = (
        sa.exists()
        .where(
            FinancialStatement.period_id == ReportingPeriod.id,
            FinancialStatement.saved_by == actor.person_id,
            FinancialStatement.signed_at.is_not(None),
        )
        .correlate(ReportingPeriod)
    )
    given_up = sa.exists().where(Payment.id == PaymentCalculation.payment_id, Payment.state.in_(ENDED))
    unpaid = sa.and_(
        PeriodicReport.state.in_(DECIDED),
        sa.type_coerce(PaymentCalculation.due, sa.BigInteger) > 0,
        sa.or_(PaymentCalculation.payment_id.is_(None), given_up.correlate(PaymentCalculation)),
    )
    writable = sa.and_(PeriodicReport.state.in_(WRITABLE), ReportingPeriod.ends_on < today)
    statement = (
        sa.select(
            Grant.id,
            Grant.acronym,
            Grant.reference,
            Call.identifier,
            ReportingPeriod.number,
            PeriodicReport.state,
            ReportingPeriod.ends_on,
            ReportingPeriod.due_on,
            coordinates,
            takes_part,
            officer,
            ~signed,
            sa.func.coalesce(unpaid, sa.false()),
            PaymentCalculation.payment_id,
        )
        .select_from(ReportingPeriod)
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .outerjoin(PaymentCalculation, PaymentCalculation.period_id == ReportingPeriod.id)
        .join(Grant, Grant.id == ReportingPeriod.grant_id)
        .join(Call, Call.id == Grant.call_id)
        .where(
            sa.or_(
                sa.and_(Grant.state == GrantState.RUNNING, sa.or_(coordinates, takes_part), writable),
                sa.and_(Grant.state == GrantState.RUNNING, officer, PeriodicReport.state == ReportState.SUBMITTED),
                sa.and_(Grant.state.in_(_PAYS), officer, unpaid),
            ),
        )
        .order_by(ReportingPeriod.due_on, Grant.id)
        .limit(MOST)
    )
    return [
        ReportWork(
            grant_id=row[0],
            acronym=row[1],
            reference=row[2],
            call=row[3],
            number=row[4],
            state=ReportState(row[5]),
            ends_on=row[6],
            due_on=row[7],
            coordinates=row[8],
            takes_part=row[9],
            officer=row[10],
            lacks_statement=row[11],
            unpaid=row[12] and (row[13] is None or _is_open(session, row[0], row[4])),
        )
        for row in session.execute(statement).all()
    ]


def _is_open(session: Session, grant_id: UUID, number: int) -> bool:
    """Whether a payment that was given up may be asked for again: a later calculation may have settled it."""
    return may_be_asked(session, report_reading(session, grant_id, number))


def _in_office(actor: Actor) -> sa.ColumnElement[bool]:
    scopes = actor.scopes_of(*_OFFICERS)
    if any(one.scope == ScopeKind.PLATFORM for one in scopes):
        return sa.true()
    return sa.or_(
        Call.programme_id.in_([one.scope_id for one in scopes if one.scope == ScopeKind.PROGRAMME]),
        Call.id.in_([one.scope_id for one in scopes if one.scope == ScopeKind.CALL]),
    )

"""Reports that a person writes, fills in, judges or has paid, and agreements to pre-finance. Few queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls.models import Call
from app.calls.rules.grant_kinds import USUAL_RECOVERY_DAYS, Prefinancing
from app.core.actor import Actor, Role, ScopeKind
from app.grants.models import Grant, GrantPartner, GrantVersion
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.prefinancing import due_on as prefinancing_due_on
from app.notifications.rules.reporting_tasks import PrefinancingWork, ReportWork
from app.partnerships.models import Partner
from app.partnerships.policies import organisations_spoken_for
from app.payments.models import Payment
from app.payments.queries.claims import attempted
from app.payments.rules.lifecycle import ENDED, PaymentKind, PaymentState
from app.payments.rules.time_limits import due_on
from app.reporting.models import (
    FinancialStatement,
    PaymentCalculation,
    PeriodicReport,
    RecoveryHearing,
    ReportingPeriod,
)
from app.reporting.queries.hearings import HEARING_COLUMNS, hearing_from
from app.reporting.queries.paid import SUBJECT, may_be_asked, prefinancing_findings
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import OWED_ON
from app.reporting.rules.hearing import OPEN
from app.reporting.rules.lifecycle import DECIDED, WRITABLE, ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.recovery import recovery_due_on

_AGREED = sa.and_(GrantVersion.grant_id == Grant.id, GrantVersion.number == Grant.agreed_version)
MOST = 100
"""Reports shown on the start page; the lists have the rest."""
_PAYS = (GrantState.RUNNING, GrantState.CLOSED)
"""The bank may send a payment back after the grant was closed."""
_OFFICERS = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)


def reporting_work(session: Session, actor: Actor, *, today: date) -> Sequence[ReportWork]:
    """Every open report of a running grant that concerns the actor; nothing for the public. One query."""
    if actor.person_id is None:
        return ()
    coordinates = Grant.application_id.in_(actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT))
    takes_part = Grant.application_id.in_(actor.ids(ScopeKind.APPLICATION, Role.PARTNER_CONTACT))
    officer = _in_office(actor)
    signed = sa.exists().where(
        FinancialStatement.period_id == ReportingPeriod.id,
        FinancialStatement.partner_id == GrantPartner.partner_id,
        FinancialStatement.signed_at.is_not(None),
    )
    speaks_for = sa.or_(
        GrantPartner.organisation_id.in_(organisations_spoken_for(actor)), Partner.answered_by == actor.person_id
    )
    lacks = (
        sa.exists()
        .where(
            GrantPartner.grant_id == ReportingPeriod.grant_id,
            Partner.id == GrantPartner.partner_id,
            speaks_for,
            ~signed.correlate(ReportingPeriod, GrantPartner),
        )
        .correlate(ReportingPeriod)
    )
    asked = attempted(PaymentCalculation.payment_id).correlate(PaymentCalculation)
    came_back = sa.exists().where(Payment.id == PaymentCalculation.payment_id, Payment.state == PaymentState.FAILED)
    unpaid = sa.and_(
        PeriodicReport.state.in_(DECIDED),
        sa.type_coerce(PaymentCalculation.due, sa.BigInteger) > 0,
        ~asked,
    )
    owed = sa.and_(
        sa.type_coerce(PaymentCalculation.recovery, sa.BigInteger) > 0, PaymentCalculation.recovered_on.is_(None)
    )
    heard = sa.func.coalesce(RecoveryHearing.state.in_(OPEN), sa.false())
    noted_at = sa.func.coalesce(RecoveryHearing.decided_at, PaymentCalculation.computed_at)
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
            OWED_ON,
            coordinates,
            takes_part,
            officer,
            lacks,
            sa.func.coalesce(unpaid, sa.false()),
            PaymentCalculation.payment_id,
            PeriodicReport.submitted_at,
            sa.cast(GrantVersion.snapshot[("terms", "payment_days")].astext, sa.Integer),
            sa.case((sa.and_(owed, ~heard), noted_at)),
            came_back.correlate(PaymentCalculation),
            sa.func.coalesce(
                sa.cast(GrantVersion.snapshot[("terms", "recovery_days")].astext, sa.Integer), USUAL_RECOVERY_DAYS
            ),
            *HEARING_COLUMNS,
        )
        .select_from(ReportingPeriod)
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .outerjoin(PaymentCalculation, PaymentCalculation.period_id == ReportingPeriod.id)
        .outerjoin(RecoveryHearing, RecoveryHearing.period_id == ReportingPeriod.id)
        .join(Grant, Grant.id == ReportingPeriod.grant_id)
        .join(GrantVersion, _AGREED)
        .join(Call, Call.id == Grant.call_id)
        .where(
            sa.or_(
                sa.and_(Grant.state == GrantState.RUNNING, sa.or_(coordinates, takes_part), writable),
                sa.and_(Grant.state == GrantState.RUNNING, officer, PeriodicReport.state == ReportState.SUBMITTED),
                sa.and_(Grant.state == GrantState.RUNNING, coordinates, owed),
                sa.and_(Grant.state == GrantState.RUNNING, officer, heard),
                sa.and_(Grant.state.in_(_PAYS), officer, unpaid),
            ),
        )
        .order_by(OWED_ON, Grant.id)
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
            pay_by=due_on(row[15], day_of(row[14])) if row[14] is not None else None,
            back_by=recovery_due_on(day_of(row[16]), row[18]) if row[16] is not None else None,
            came_back=row[17],
            hearing=hearing_from(row[19:]),
        )
        for row in session.execute(statement).all()
    ]


def _is_open(session: Session, grant_id: UUID, number: int) -> bool:
    """Whether a payment that was given up may be asked for again: a later calculation may have settled it."""
    return may_be_asked(session, report_reading(session, grant_id, number))


def prefinancing_work(session: Session, actor: Actor) -> Sequence[PrefinancingWork]:
    """Running grants of the officer whose pre-financing is to be asked for, the most urgent first. One query.

    Once the balance is decided it settles everything, and nothing is paid at the start any more, unless the balance counted
    a pre-financing that came back since: that is looked up for each of those few.
    """
    if not any(actor.has(role) for role in _OFFICERS):
        return ()
    at_start = (
        Payment.subject_kind == SUBJECT,
        Payment.subject_id == Grant.id,
        Payment.kind == PaymentKind.PREFINANCING,
    )
    asked = sa.exists().where(*at_start, Payment.state.not_in(ENDED)).correlate(Grant)
    came_back = sa.exists().where(*at_start, Payment.state == PaymentState.FAILED).correlate(Grant)
    settled = (
        sa.exists()
        .where(
            ReportingPeriod.grant_id == Grant.id,
            PaymentCalculation.period_id == ReportingPeriod.id,
            PaymentCalculation.payment == PaymentAfter.BALANCE,
        )
        .correlate(Grant)
    )
    terms = GrantVersion.snapshot[("terms", "prefinancing")]
    statement = (
        sa.select(
            Grant.id,
            Grant.acronym,
            Grant.reference,
            Call.identifier,
            Grant.entered_into_force_at,
            Grant.start_on,
            terms,
            came_back,
            settled,
        )
        .join(GrantVersion, _AGREED)
        .join(Call, Call.id == Grant.call_id)
        .where(
            Grant.state == GrantState.RUNNING,
            Grant.commitment_id.is_not(None),
            sa.func.jsonb_typeof(terms) == "object",
            _in_office(actor),
            ~asked,
            sa.or_(~settled, came_back),
        )
        .order_by(Grant.entered_into_force_at, Grant.id)
        .limit(MOST)
    )
    found = [
        PrefinancingWork(
            grant_id=grant_id,
            acronym=acronym,
            reference=reference,
            call=call,
            pay_by=prefinancing_due_on(Prefinancing.model_validate(agreed, strict=False), day_of(in_force), start_on),
            came_back=back,
        )
        for grant_id, acronym, reference, call, in_force, start_on, agreed, back, over in session.execute(
            statement
        ).all()
        if not over or not prefinancing_findings(session, agreement_of(session, grant_id))
    ]
    return sorted(found, key=lambda one: one.pay_by)


def _in_office(actor: Actor) -> sa.ColumnElement[bool]:
    scopes = actor.scopes_of(*_OFFICERS)
    if any(one.scope == ScopeKind.PLATFORM for one in scopes):
        return sa.true()
    return sa.or_(
        Call.programme_id.in_([one.scope_id for one in scopes if one.scope == ScopeKind.PROGRAMME]),
        Call.id.in_([one.scope_id for one in scopes if one.scope == ScopeKind.CALL]),
    )

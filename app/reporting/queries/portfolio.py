"""The portfolio: every grant in the scope of who asks, with its money, its lateness and how far it is.

Read in five statements whatever the number of grants; lateness and progress are the pure rules' word on what was read,
so that page, spreadsheet, report and API say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls.models import Call
from app.cascade.models import ThirdPartyPayment
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.core.money import Money
from app.grants.models import Grant, GrantPartner, GrantVersion
from app.grants.queries.listing import ACTS, BY
from app.grants.rules.grant_lifecycle import GrantState, PartyRole
from app.grants.rules.standing import Acts
from app.infra.db.statements import ONE, among, in_scope, scope
from app.ledger.policies import READERS
from app.ledger.queries import commitment_balances
from app.organisations.models import Organisation
from app.payments.models import Payment
from app.payments.queries.claims import attempted
from app.payments.rules.lifecycle import IN_PAYMENT, PaymentKind, PaymentState
from app.reporting.models import IndicatorReport, PaymentCalculation, PeriodicReport, RecoveryHearing, ReportingPeriod
from app.reporting.queries.clocks import clock_of
from app.reporting.queries.hearings import HEARING_COLUMNS
from app.reporting.queries.reports import OWED_ON
from app.reporting.rules.lateness import NextAct, next_act
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.rules.portfolio import PortfolioRow
from app.reporting.rules.progress import Progress, Standing, progress_of
from app.reporting.rules.technical import IndicatorTarget

NOTHING = Money.zero()
_TOLD = (ReportState.SUBMITTED, ReportState.ACCEPTED)
"""Reports whose figures of the indicators the consortium stands by."""

_FOLLOWED = in_scope("follower", Call.programme_id, Call.id)
"""Grants (joined with their calls) whose money a person follows: for the platform, a programme or a call."""
_CALLS = (
    sa.select(Call.id, Call.identifier)
    .where(_FOLLOWED, sa.exists().where(Grant.call_id == Call.id))
    .order_by(Call.identifier)
)


class Wanted(Enum):
    """Which grants are read: those that somebody follows, those of a call among them, one or some whoever asks."""

    FOLLOWED = "followed"
    OF_CALL = "of_call"
    ONE = "one"
    SOME = "some"


def portfolio(session: Session, actor: Actor, *, today: date, call_id: UUID | None = None) -> Sequence[PortfolioRow]:
    """Every grant that the actor follows, by acronym; of one call where it is named. Five queries."""
    asked = scope("follower", actor, *READERS)
    if call_id is None:
        return _rows(session, Wanted.FOLLOWED, asked, today)
    return _rows(session, Wanted.OF_CALL, asked | {"one": call_id}, today)


def standing_of(session: Session, grant_id: UUID, *, today: date) -> PortfolioRow:
    """The same of one grant, whoever asks; raise NotFound. Five queries."""
    found = _rows(session, Wanted.ONE, {"one": grant_id}, today)
    if not found:
        raise NotFoundError("grant")
    return found[0]


def next_acts(session: Session, grant_ids: Collection[UUID], *, today: date) -> Mapping[UUID, NextAct]:
    """What is next of each of these grants, whoever asks. Three queries, none without a grant."""
    if not grant_ids:
        return {}
    some, asked = _statements(Wanted.SOME), {"many": list(grant_ids)}
    reports = _by_grant(session.execute(some.reports, asked))
    payments = _by_grant(session.execute(some.payments, asked))
    return {
        row.id: next_act(clock_of(row, reports.get(row.id, ()), payments.get(row.id, ()), today), today)
        for row in session.execute(some.heads, asked)
    }


def _rows(session: Session, wanted: Wanted, asked: Mapping[str, Any], today: date) -> Sequence[PortfolioRow]:
    five = _statements(wanted)
    reports = _by_grant(session.execute(five.reports, asked))
    payments = _by_grant(session.execute(five.payments, asked))
    third = {grant_id: Money(total) for grant_id, total in session.execute(five.third_parties, asked)}
    values: dict[UUID, dict[str, int | None]] = defaultdict(dict)
    for period_id, indicator, value in session.execute(five.values, asked):
        values[period_id][indicator] = value
    return [
        _row(row, reports.get(row.id, ()), payments.get(row.id, ()), values, third.get(row.id, NOTHING), today)
        for row in session.execute(five.heads, asked)
    ]


@dataclass(frozen=True, slots=True)
class _Statements:
    """What is read of grants; ``values`` are what was reached of each indicator, by period."""

    heads: sa.Select[Any]
    reports: sa.Select[Any]
    payments: sa.Select[Any]
    values: sa.Select[*tuple[Any, ...]]
    third_parties: sa.Select[*tuple[Any, ...]]


@cache
def _statements(wanted: Wanted) -> _Statements:
    condition = {
        Wanted.FOLLOWED: _FOLLOWED,
        Wanted.OF_CALL: sa.and_(_FOLLOWED, Grant.call_id == ONE),
        Wanted.ONE: Grant.id == ONE,
        Wanted.SOME: among(Grant.id),
    }[wanted]
    which = sa.select(Grant.id).join(Call, Call.id == Grant.call_id).where(condition)
    heads = _heads().where(condition).order_by(sa.func.lower(Grant.acronym), Grant.id)
    return _Statements(heads, _reports(which), _payments(which), _values(which), _third_parties(which))


def calls_followed(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """Calls with grants that the actor follows: id and identifier. One query."""
    rows = session.execute(_CALLS, scope("follower", actor, *READERS))
    return [(call_id, identifier) for call_id, identifier in rows]


def _heads() -> sa.Select[Any]:
    bound = commitment_balances()
    lead = sa.and_(GrantPartner.grant_id == Grant.id, GrantPartner.role == PartyRole.COORDINATOR)
    signed = sa.and_(GrantVersion.grant_id == Grant.id, GrantVersion.number == Grant.agreed_version)
    columns: tuple[Any, ...] = (
        Grant.id,
        Grant.call_id,
        Call.identifier.label("call"),
        Grant.reference,
        Grant.acronym,
        Grant.title,
        Organisation.legal_name.label("coordinator"),
        Organisation.country,
        Grant.state,
        Grant.start_on,
        Grant.end_on,
        Grant.maximum_grant,
        bound.c.pending,
        bound.c.paid,
        bound.c.recovered,
        GrantVersion.snapshot["indicators"].label("indicators"),
        GrantVersion.snapshot["terms"]["payment_days"].label("payment_days"),
        GrantVersion.snapshot["terms"]["recovery_days"].label("recovery_days"),
        GrantVersion.snapshot["terms"]["prefinancing"].label("prefinancing"),
        Grant.commitment_id,
        Grant.entered_into_force_at,
        ACTS.label("acts"),
        BY.label("by"),
    )
    return (
        sa.select(*columns)
        .select_from(Grant)
        .join(Call, Call.id == Grant.call_id)
        .join(GrantPartner, lead)
        .join(Organisation, Organisation.id == GrantPartner.organisation_id)
        .outerjoin(GrantVersion, signed)
        .outerjoin(bound, bound.c.commitment_id == Grant.commitment_id)
    )


def _reports(which: sa.Select[Any]) -> sa.Select[Any]:
    """Every report with what was calculated after it, by grant and in order."""
    calculation = PaymentCalculation
    asked = attempted(PaymentCalculation.payment_id).correlate(PaymentCalculation)
    columns: tuple[Any, ...] = (
        ReportingPeriod.grant_id,
        ReportingPeriod.id.label("period_id"),
        ReportingPeriod.number,
        ReportingPeriod.ends_on,
        OWED_ON.label("owed_on"),
        PeriodicReport.state,
        PeriodicReport.submitted_at,
        calculation.contribution,
        calculation.due,
        calculation.recovery,
        calculation.recovered_on,
        calculation.computed_at,
        *HEARING_COLUMNS,
        calculation.payment_id,
        sa.case((calculation.payment == PaymentAfter.BALANCE, calculation.sheet)).label("settled"),
        asked.label("asked"),
    )
    return (
        sa.select(*columns)
        .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
        .outerjoin(calculation, calculation.period_id == ReportingPeriod.id)
        .outerjoin(RecoveryHearing, RecoveryHearing.period_id == ReportingPeriod.id)
        .where(ReportingPeriod.grant_id.in_(which))
        .order_by(ReportingPeriod.grant_id, ReportingPeriod.number)
    )


def _payments(which: sa.Select[Any]) -> sa.Select[Any]:
    due: Any = Payment.due_on + Payment.suspended_days
    columns = (Payment.subject_id.label("grant_id"), Payment.kind, Payment.state, Payment.amount, due.label("due_on"))
    shown = (*IN_PAYMENT, PaymentState.PAID)
    return sa.select(*columns, Payment.suspended_on).where(
        Payment.subject_kind == "grant", Payment.subject_id.in_(which), Payment.state.in_(shown)
    )


def _values(which: sa.Select[Any]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(IndicatorReport.period_id, IndicatorReport.indicator, IndicatorReport.value)
        .join(ReportingPeriod, ReportingPeriod.id == IndicatorReport.period_id)
        .where(ReportingPeriod.grant_id.in_(which))
    )


def _third_parties(which: sa.Select[Any]) -> sa.Select[*tuple[Any, ...]]:
    paid = ThirdPartyPayment
    cents = sa.cast(sa.func.sum(sa.type_coerce(paid.amount, sa.BigInteger)), sa.BigInteger)
    statement = sa.select(paid.grant_id, cents).where(paid.grant_id.in_(which), paid.reversed_at.is_(None))
    return statement.group_by(paid.grant_id)


def _by_grant(rows: sa.Result[Any]) -> Mapping[UUID, Sequence[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.grant_id].append(row)
    return found


def _row(  # what was read of one grant
    row: Any,  # noqa: ANN401  # a row of the statement
    reports: Sequence[Any],
    payments: Sequence[Any],
    values: Mapping[UUID, Mapping[str, int | None]],
    third_parties: Money,
    today: date,
) -> PortfolioRow:
    state = GrantState(row.state)
    paid = [one for one in payments if one.state == PaymentState.PAID]
    moving = [one for one in payments if one.state != PaymentState.PAID]
    act = next_act(clock_of(row, reports, payments, today), today)
    return PortfolioRow(
        id=row.id,
        call_id=row.call_id,
        call=row.call,
        reference=row.reference,
        acronym=row.acronym,
        title=row.title,
        coordinator=row.coordinator,
        country=row.country,
        state=state,
        acts=Acts(row.acts),
        start_on=row.start_on,
        end_on=row.end_on,
        act=act,
        days_late=act.days_late(today),
        maximum_grant=row.maximum_grant,
        committed=row.pending or NOTHING,
        prefinanced=Money.total(one.amount for one in paid if one.kind == PaymentKind.PREFINANCING),
        accepted=Money.total(one.contribution for one in reports if one.contribution is not None),
        paid=row.paid or NOTHING,
        recovered=row.recovered or NOTHING,
        on_the_way=Money.total(one.amount for one in moving),
        third_parties=third_parties,
        progress=_progress(row, reports, values),
    )


def _progress(
    row: Any,  # noqa: ANN401  # a row of the statement
    reports: Sequence[Any],
    values: Mapping[UUID, Mapping[str, int | None]],
) -> Progress:
    if row.indicators is None:  # no agreement yet
        return Progress(Standing.UNREPORTED)
    targets = [IndicatorTarget(one["id"], one["title"], one["unit"], one["target"]) for one in row.indicators]
    told = [one for one in reports if one.state in _TOLD]
    last = told[-1] if told else None
    if row.start_on is None or row.end_on is None:
        return progress_of(targets, None, (date.max, date.max), None)
    project = (row.start_on, row.end_on)
    if last is None:
        return progress_of(targets, None, project, None)
    return progress_of(targets, values.get(last.period_id, {}), project, last.ends_on)

"""Grants with reports: begun, signed by every partner, submitted, assessed, decided; through the use cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.documents.schemas import FileToStore
from app.grants.queries.facts import day_of
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.payments.models import StatementLine
from app.payments.queries.payments import payment_row
from app.payments.rules.statements import Stated
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import calculations_of, report_row, statements_of
from app.reporting.rules.assessment import Verdict
from app.reporting.schemas import (
    AnswerRecovery,
    AssessCost,
    AssessCosts,
    CostLine,
    CostRow,
    DecideRecovery,
    DecideReport,
    IndicatorLine,
    NoteRecovery,
    ReportRow,
    SaveIndicators,
    SaveStatement,
    SaveTexts,
    StatementAt,
)
from app.reporting.use_cases.answer_recovery import answer_recovery
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.attach_certificate import attach_certificate
from app.reporting.use_cases.decide_recovery import decide_recovery
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.open_periods import open_periods
from app.reporting.use_cases.save_statement import save_statement, sign_statement
from app.reporting.use_cases.save_technical_report import report_indicators, save_technical_report
from app.reporting.use_cases.submit_report import submit_report
from tests.builders.grants import MadeGrant, a_running_grant
from tests.builders.payments import a_bank, a_booking, an_office, released
from tests.support.kept import kept

OPENED = datetime(2019, 11, 4, 9, 0, tzinfo=UTC)
REPORTED = datetime(2020, 11, 16, 10, 0, tzinfo=UTC)
"""After the first period, which ends on 31 October 2020; its report is due on 30 December."""
FINALLY = datetime(2021, 11, 15, 10, 0, tzinfo=UTC)
"""After the second and last one."""
DECIDED = datetime(2020, 12, 7, 14, 0, tzinfo=UTC)
MARCH = (date(2020, 3, 1), date(2020, 3, 31))
"""Days of the first period."""
TEXTS = {
    "summary": "Three clusters trained their managers and sent the first members on visits.",
    "work": "WP1: the steering group met four times. WP2: 42 visits took place.",
    "results": "A guide for hosts is in use in three countries.",
    "deviations": "Two visits were moved to the next year.",
    "next": "The remaining visits and the final conference.",
}
COSTS: tuple[dict[str, str], ...] = (
    {"category": "personnel", "words": "Project manager, 5 months", "amount": "24000.00"},
    {"category": "other_direct", "words": "Travel to the kick-off", "amount": "1234.56"},
    {"category": "third_parties", "words": "Lump sums for six visits", "amount": "4680.00"},
)


@kept
def a_reporting_grant(session: Session, **given: Any) -> MadeGrant:
    """A grant in force whose periods are open; its coordinator has a validated account."""
    made = a_running_grant(session, **given)
    open_periods(session, made.officer, made.grant_id, now=OPENED)
    return made


def lines(
    costs: Sequence[Mapping[str, str]] = COSTS, days: tuple[date, date] = MARCH, **more: Any
) -> tuple[CostLine, ...]:
    """Costs as a partner types them, all on the same days."""
    first, last = (day.isoformat() for day in days)
    return tuple(CostLine.model_validate({"first_day": first, "last_day": last} | dict(one) | more) for one in costs)


def stated(
    session: Session,
    made: MadeGrant,
    member: int,
    *,
    number: int = 1,
    costs: Sequence[CostLine] | None = None,
    now: datetime = REPORTED,
    **given: Any,
) -> int:
    """A member saves its statement, whatever its version is; ``given`` are other fields of it."""
    partner_id = made.made.members[member].partner_id
    version = next(
        (
            one.version
            for one in statements_of(session, made.grant_id)
            if (one.period, one.partner_id) == (number, partner_id)
        ),
        0,
    )
    wanted = SaveStatement(version=version, costs=lines() if costs is None else tuple(costs), **given)
    at = StatementAt(made.grant_id, number, partner_id)
    return save_statement(session, made.actor(session, member), at, wanted, now=now)


def signed_for(session: Session, made: MadeGrant, member: int, *, number: int = 1, now: datetime = REPORTED) -> str:
    """A member signs its statement."""
    at = StatementAt(made.grant_id, number, made.made.members[member].partner_id)
    return sign_statement(session, made.actor(session, member), at, now=now)


def texts_saved(session: Session, made: MadeGrant, *, number: int = 1, now: datetime = REPORTED) -> None:
    """The coordinator writes every text and says what was reached of every indicator."""
    coordinator, row = made.actor(session), report_row(session, made.grant_id, number)
    wanted = SaveTexts(version=row.version, **TEXTS)
    save_technical_report(session, coordinator, made.grant_id, number, wanted, now=now)
    values = tuple(
        IndicatorLine(id=one.id, value=(one.target or 0) // 2, words="Half of it, as planned.")
        for one in made.agreement(session).indicators
    )
    wanted_values = SaveIndicators(values_reached=values)
    report_indicators(session, coordinator, made.grant_id, number, wanted_values, now=now)


def written(
    session: Session,
    made: MadeGrant,
    *,
    number: int = 1,
    costs: Sequence[CostLine] | None = None,
    now: datetime = REPORTED,
) -> None:
    """Everything is there and signed; nothing is submitted."""
    texts_saved(session, made, number=number, now=now)
    for member in range(len(made.made.members)):
        stated(session, made, member, number=number, costs=costs, now=now)
        signed_for(session, made, member, number=number, now=now)


@kept
def submitted(
    session: Session,
    made: MadeGrant | None = None,
    *,
    number: int = 1,
    costs: Sequence[CostLine] | None = None,
    now: datetime = REPORTED,
) -> MadeGrant:
    """A report that is with the office."""
    made = made or a_reporting_grant(session)
    written(session, made, number=number, costs=costs, now=now)
    submit_report(session, made.actor(session), made.grant_id, number, now=now)
    return made


def submitted_again(session: Session, made: MadeGrant, *, number: int = 1, now: datetime = REPORTED) -> None:
    """The coordinator submits what is written and signed."""
    submit_report(session, made.actor(session), made.grant_id, number, now=now)


def costs_of(session: Session, made: MadeGrant, number: int = 1) -> tuple[CostRow, ...]:
    """The claimed costs of a report, in order."""
    return report_reading(session, made.grant_id, number).costs


def all_accepted(session: Session, made: MadeGrant, *, number: int = 1, now: datetime = DECIDED) -> None:
    """The officer accepts every cost that has no decision."""
    rows = [one for one in costs_of(session, made, number) if one.verdict is None]
    if rows:
        wanted = AssessCosts(costs=tuple(AssessCost(cost_id=one.id, verdict=Verdict.ACCEPTED) for one in rows))
        assess_costs(session, made.officer, made.grant_id, number, wanted, now=now)


@kept
def accepted(
    session: Session, made: MadeGrant | None = None, *, number: int = 1, now: datetime = DECIDED, **given: Any
) -> MadeGrant:
    """A report that is accepted with every cost that was not judged otherwise."""
    made = made or submitted(session)
    all_accepted(session, made, number=number, now=now)
    wanted = DecideReport(decision="accept", **given)
    decide_report(session, made.officer, made.grant_id, number, wanted, now=now)
    return made


def heard(session: Session, made: MadeGrant, *, number: int = 2, now: datetime = FINALLY) -> None:
    """The coordinator has no observations on an announced recovery, or its time is over; all of it is asked back."""
    hearing = report_row(session, made.grant_id, number).hearing
    if hearing is not None and not hearing.heard(day_of(now)):
        answer_recovery(session, made.actor(session), made.grant_id, number, AnswerRecovery(nothing=True), now=now)
    wanted = DecideRecovery(decision="confirm", reason="The coordinator has no observations.")
    decide_recovery(session, made.officer, made.grant_id, number, wanted, now=now)


def asked_back(session: Session, made: MadeGrant, *, number: int = 2, now: datetime = FINALLY, **given: Any) -> None:
    """A report is accepted after which money comes back, and the hearing is over the same day."""
    accepted(session, made, number=number, now=now, **given)
    heard(session, made, number=number, now=now)


def row_of(session: Session, made: MadeGrant, number: int = 1) -> ReportRow:
    """The report as it is stored now."""
    return report_row(session, made.grant_id, number)


def prefinanced(session: Session, made: MadeGrant, *, now: datetime = OPENED) -> Money:
    """The pre-financing of the agreement is asked for and paid; return what counts of it."""
    paid(session, request_prefinancing(session, made.officer, made.grant_id, now=now), now=now)
    agreed = made.agreement(session).facts.prefinancing
    assert agreed is not None
    return agreed.amount


def came_in(session: Session, amount: Money, *, day: date, text: str = "Repayment") -> UUID:
    """The bank states that money came in on that day; return the line."""
    accountant = an_office(session).accountant
    line = Stated(booked_on=day, amount=amount, counterparty="Cluster Porto", text=text)
    record_statement(session, accountant, [line], now=datetime(day.year, day.month, day.day, 18, 0, tzinfo=UTC))
    return session.execute(sa.select(StatementLine.id).order_by(StatementLine.id.desc()).limit(1)).scalar_one()


def recovered(session: Session, made: MadeGrant, *, number: int = 2, now: datetime = FINALLY) -> None:
    """What was paid too much comes in on a line of the bank, after the hearing, and an accounting officer notes it."""
    row = report_row(session, made.grant_id, number)
    if row.hearing is not None and row.hearing.open:
        heard(session, made, number=number, now=now)
    owed = next((one.asked_back for one in calculations_of(session, made.grant_id) if one.number == number), Money(1))
    wanted = NoteRecovery(line_id=came_in(session, owed or Money(1), day=day_of(now)))
    note_recovery(session, an_office(session).accountant, made.grant_id, number, wanted, now=now)


def certified(session: Session, made: MadeGrant, member: int, *, number: int = 2, now: datetime = FINALLY) -> UUID:
    """A member uploads the certificate of its auditor."""
    at = StatementAt(made.grant_id, number, made.made.members[member].partner_id)
    upload = FileToStore(sha256="c" * 64, size=1000, media_type="application/pdf", filename="certificate.pdf", pages=1)
    return attach_certificate(session, made.actor(session, member), at, upload, now=now)


def paid(session: Session, payment_id: UUID, *, now: datetime) -> None:
    """Three other people verify, authorise and release the payment, and the bank books it."""
    office = an_office(session)
    verify_payment(session, office.verifier, payment_id, now=now)
    authorise_payment(session, office.authoriser, payment_id, now=now)
    with TemporaryDirectory() as folder:
        released(session, office, a_bank(Path(folder)), [payment_id], now=now)
    booking = a_booking(payment_row(session, payment_id), day=day_of(now))
    record_statement(session, office.accountant, [booking], now=now)

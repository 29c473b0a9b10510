"""A report given back: a day, statements that are opened and signed anew, what stays closed, what was changed since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.errors import RulesViolatedError
from app.grants.queries.facts import day_of
from app.notifications.queries.periodic_reports_due import periodic_reports_due
from app.reporting.queries.portfolio import standing_of
from app.reporting.queries.reading import report_reading
from app.reporting.rules.correction import ChangeKind
from app.reporting.rules.lateness import NextAct, Step
from app.reporting.rules.lifecycle import ReportState
from app.reporting.schemas import IndicatorLine, ReturnReport, SaveIndicators
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.save_technical_report import report_indicators
from app.reporting.use_cases.submit_report import submit_report
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant

REASON = "The travel of March has no boarding passes."
BY = date(2020, 12, 21)
AFTER = build.DECIDED + timedelta(hours=1)


def given_back(session: Session, *members: int, made: MadeGrant | None = None) -> MadeGrant:
    """A report that was given back with the statements of these members."""
    made = made or build.submitted(session)
    partners = tuple(made.made.members[one].partner_id for one in members)
    wanted = ReturnReport(reason=REASON, correct_by=BY, partners=partners)
    return_report(session, made.officer, made.grant_id, 1, wanted, now=build.DECIDED)
    return made


def rules_of(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {one.rule for one in error.value.violations}


def test_it_needs_a_day_ahead_and_partners_of_the_grant(session: Session) -> None:
    made = build.submitted(session)
    wanted = ReturnReport(reason="No.", correct_by=day_of(build.DECIDED), partners=(made.grant_id,))
    with pytest.raises(RulesViolatedError) as error:
        return_report(session, made.officer, made.grant_id, 1, wanted, now=build.DECIDED)
    assert rules_of(error) == {"report.reason", "report.correction_day", "report.correction_partner"}
    return_report(session, made.officer, made.grant_id, 1, ReturnReport(reason=REASON), now=build.DECIDED)
    assert build.row_of(session, made).correct_by == day_of(build.DECIDED) + timedelta(days=30)
    with pytest.raises(sa.exc.IntegrityError, match="correct_by"), session.begin_nested():
        session.execute(sa.text("update periodic_report set correct_by = null where state = 'returned'"))


def test_a_named_statement_loses_its_signature_and_stops_the_report_until_it_is_signed_again(session: Session) -> None:
    made = build.submitted(session)
    partner_id = made.made.members[1].partner_id
    before = report_reading(session, made.grant_id, 1).statements[partner_id].sha256
    given_back(session, 1, made=made)
    head = report_reading(session, made.grant_id, 1).statements[partner_id]
    assert (head.signed_at, head.signed_by, head.sha256) == (None, None, None)
    assert (head.reopened_at, head.void_sha256) == (build.DECIDED, before)
    events = session.scalars(sa.select(Event).where(Event.kind == "reporting.statement_reopened")).all()
    assert [(one.facts["partner"], one.facts["sha256"]) for one in events] == [(str(partner_id), before)]
    with pytest.raises(RulesViolatedError) as error:
        submit_report(session, made.actor(session), made.grant_id, 1, now=AFTER)
    assert rules_of(error) == {"report.statement_unsigned"}
    build.stated(session, made, 1, costs=build.lines()[:2], now=AFTER)
    build.signed_for(session, made, 1, now=AFTER)
    build.stated(session, made, 1, costs=build.lines()[:1], now=AFTER)  # a second thought before it goes
    build.signed_for(session, made, 1, now=AFTER)
    submit_report(session, made.actor(session), made.grant_id, 1, now=AFTER)
    assert build.row_of(session, made).state is ReportState.SUBMITTED


def test_what_was_not_named_stays_as_it_was_signed(session: Session) -> None:
    made = given_back(session)
    for act in (
        lambda: build.stated(session, made, 1, costs=build.lines()[:1], now=AFTER),
        lambda: build.certified(session, made, 1, number=1, now=AFTER),
    ):
        with pytest.raises(RulesViolatedError) as error:
            act()
        assert rules_of(error) == {"statement.not_reopened"}
    build.stated(session, made, 1, now=AFTER)  # saving what is stored changes nothing
    reading = report_reading(session, made.grant_id, 1)
    assert not any(reading.opens(one.partner_id) for one in reading.partners)
    assert all(one.signed_at for one in reading.statements.values())


def test_a_statement_of_an_earlier_return_closes_with_the_next(session: Session) -> None:
    made = given_back(session, 1)
    build.signed_for(session, made, 1, now=AFTER)
    submit_report(session, made.actor(session), made.grant_id, 1, now=AFTER)
    later = AFTER + timedelta(days=1)
    return_report(session, made.officer, made.grant_id, 1, ReturnReport(reason=REASON), now=later)
    reading = report_reading(session, made.grant_id, 1)
    assert not reading.opens(made.made.members[1].partner_id)
    assert reading.unchanged, "what was changed before does not count"


def test_it_says_what_was_changed_since_and_warns_where_nothing_was(session: Session) -> None:
    made = given_back(session, 1)
    reading = report_reading(session, made.grant_id, 1)
    assert "report.unchanged" in {one.rule for one in reading.findings(day_of(AFTER))}
    values = tuple(IndicatorLine(id=one.id, value=one.value, words=one.words) for one in reading.values)
    same = SaveIndicators(values_reached=values)
    report_indicators(session, made.actor(session), made.grant_id, 1, same, now=AFTER)
    assert report_reading(session, made.grant_id, 1).unchanged, "saving what is stored is no change"
    build.stated(session, made, 1, costs=build.lines()[:1], now=AFTER)
    build.signed_for(session, made, 1, now=AFTER)
    found = report_reading(session, made.grant_id, 1)
    partner_id = made.made.members[1].partner_id
    assert [(one.kind, one.partner_id) for one in found.changes] == [
        (ChangeKind.STATEMENT, partner_id), (ChangeKind.SIGNATURE, partner_id),
    ]  # fmt: skip
    assert not {"report.unchanged", "report.late"} & {one.rule for one in found.findings(day_of(AFTER))}


def test_late_is_counted_from_the_day_of_the_correction(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    given_back(session, made=build.submitted(session, made))
    in_time = standing_of(session, made.grant_id, today=BY)
    assert (in_time.act, in_time.days_late) == (NextAct(Step.CORRECT, BY, 1), 0)
    late = standing_of(session, made.grant_id, today=BY + timedelta(days=26))
    assert late.days_late == 26
    row = build.row_of(session, made)
    assert (row.late(BY), row.late(BY + timedelta(days=1))) == (False, True)
    findings = report_reading(session, made.grant_id, 1).findings(BY + timedelta(days=1))
    assert {"report.correction_late", "report.unchanged"} <= {one.rule for one in findings}
    [owed] = [one for one in periodic_reports_due(session, today=BY, grant_id=made.grant_id) if one.number == 1]
    assert (owed.due_on, owed.opened_on, owed.given_back) == (BY, day_of(build.DECIDED), True)
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.DECIDED + timedelta(days=20))
    submitted = session.scalars(sa.select(Event).where(Event.kind == "reporting.submitted").order_by(Event.seq)).all()
    assert [one.facts["late"] for one in submitted] == [False, True]

"""A report from its opening to the decision: who writes what, what is refused, what follows from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from app.core.money import Money
from app.documents.models import Document
from app.reporting.models import ClaimedCost, PeriodicReport, ReportingPeriod
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import report_texts, reports_of, statements_of
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.lifecycle import ReportState
from app.reporting.schemas import (
    AssessCost,
    AssessCosts,
    DecideReport,
    IndicatorLine,
    ReturnReport,
    SaveIndicators,
    SaveStatement,
    SaveTexts,
    StatementAt,
)
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.open_periods import open_periods
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.save_statement import save_statement, sign_statement
from app.reporting.use_cases.save_technical_report import report_indicators, save_technical_report
from app.reporting.use_cases.submit_report import submit_report
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant, an_opened_grant
from tests.builders.people import a_person, actor_for

NOBODY = Actor()
REASON = "The travel of March has no boarding passes; add them to the explanation."


def refused(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {one.rule for one in error.value.violations}


def at(made: MadeGrant, member: int = 0, number: int = 1) -> StatementAt:
    return StatementAt(made.grant_id, number, made.made.members[member].partner_id)


def test_periods_are_opened_once_when_the_grant_is_in_force(session: Session) -> None:
    made = build.a_reporting_grant(session)
    first, last = open_periods(session, made.officer, made.grant_id, now=build.REPORTED)
    assert (first.starts_on, first.ends_on, first.due_on) == (date(2019, 11, 1), date(2020, 10, 31), date(2020, 12, 30))
    assert (last.starts_on, last.ends_on, last.is_last) == (date(2020, 11, 1), date(2021, 10, 31), True)
    assert {first.state, last.state} == {ReportState.DUE}
    stored = sa.select(sa.func.count()).where(ReportingPeriod.grant_id == made.grant_id)
    assert session.execute(stored).scalar_one() == 2


def test_a_grant_in_preparation_has_no_periods(session: Session) -> None:
    made = an_opened_grant(session)
    with pytest.raises(TransitionNotAllowedError):
        open_periods(session, made.officer, made.grant_id, now=build.OPENED)


def test_texts_are_saved_by_the_coordinator_and_a_stale_window_is_told(session: Session) -> None:
    made = build.a_reporting_grant(session)
    coordinator, partner = made.actor(session), made.actor(session, 1)
    wanted = SaveTexts(version=0, summary="First words.")
    assert save_technical_report(session, coordinator, made.grant_id, 1, wanted, now=build.REPORTED) == 1
    row = build.row_of(session, made)
    assert (row.state, row.saved_at) == (ReportState.DRAFT, build.REPORTED)
    with pytest.raises(StaleVersionError) as stale:
        save_technical_report(session, coordinator, made.grant_id, 1, wanted, now=build.REPORTED)
    assert stale.value.theirs["summary"] == "First words."
    again = SaveTexts(version=1, summary="First words.")
    assert save_technical_report(session, coordinator, made.grant_id, 1, again, now=build.REPORTED) == 1
    with pytest.raises(NotPermittedError):
        save_technical_report(session, partner, made.grant_id, 1, again, now=build.REPORTED)
    with pytest.raises(NotPermittedError):
        save_technical_report(session, made.officer, made.grant_id, 1, again, now=build.REPORTED)
    stranger = actor_for(session, a_person(session))
    with pytest.raises(NotFoundError):
        save_technical_report(session, stranger, made.grant_id, 1, again, now=build.REPORTED)
    with pytest.raises(SignInRequiredError):
        save_technical_report(session, NOBODY, made.grant_id, 1, again, now=build.REPORTED)
    assert report_texts(session, row.period_id)["summary"] == "First words."


def test_indicators_of_the_agreement_only(session: Session) -> None:
    made = build.a_reporting_grant(session)
    wanted = SaveIndicators(values_reached=(IndicatorLine(id="exchanges", value=40), IndicatorLine(id="moon", value=1)))
    with pytest.raises(RulesViolatedError) as error:
        report_indicators(session, made.actor(session), made.grant_id, 1, wanted, now=build.REPORTED)
    assert refused(error) == {"report.unknown_indicator"}


def test_each_partner_writes_and_signs_its_own_statement(session: Session) -> None:
    made = build.a_reporting_grant(session)
    assert build.stated(session, made, 1) == 1
    wanted = SaveStatement(version=1, costs=build.lines())
    for other in (made.actor(session), made.actor(session, 2), made.officer):
        with pytest.raises(NotPermittedError):
            save_statement(session, other, at(made, 1), wanted, now=build.REPORTED)
        with pytest.raises(NotPermittedError):
            sign_statement(session, other, at(made, 1), now=build.REPORTED)
    sha256 = build.signed_for(session, made, 1)
    assert build.stated(session, made, 1) == 1, "saving what is stored changes nothing"
    [stored] = statements_of(session, made.grant_id)
    assert (stored.sha256, stored.signed_by) == (sha256, made.made.members[1].person.id)
    assert build.stated(session, made, 1, explanation="Prices rose.") == 2
    [stored] = statements_of(session, made.grant_id)
    assert stored.signed_at is None, "another content is signed anew"
    assert build.signed_for(session, made, 1) != sha256


def test_what_cannot_be_read_is_refused_line_by_line_and_nothing_is_stored(session: Session) -> None:
    made = build.a_reporting_grant(session)
    costs = build.lines(
        (
            {"category": "personnel", "words": "Too exact", "amount": "12.345"},
            {"category": "personnel", "words": "Below", "amount": "-5.00"},
            {"category": "yachts", "words": "A yacht", "amount": "5.00"},
            {"category": "indirect", "words": "Overheads", "amount": "7.00"},
            {"category": "personnel", "words": "When?", "amount": "7.00", "first_day": "2020-02-30"},
        )
    )
    with pytest.raises(RulesViolatedError) as error:
        build.stated(session, made, 0, costs=costs, receipts="1,2,3")
    assert [one.place for one in error.value.violations] == [
        "costs/1/amount",
        "costs/2/amount",
        "costs/3/category",
        "costs/4/category",
        "costs/5/first_day",
        "receipts",
    ]
    assert not statements_of(session, made.grant_id)


def test_a_statement_with_costs_outside_the_project_is_not_signed(session: Session) -> None:
    made = build.a_reporting_grant(session)
    early, late = (date(2019, 10, 31), date(2019, 10, 31)), (date(2020, 10, 30), date(2020, 11, 1))
    build.stated(session, made, 0, costs=(*build.lines(days=early), *build.lines(days=late)))
    with pytest.raises(RulesViolatedError) as error:
        build.signed_for(session, made, 0)
    assert refused(error) == {"statement.before_project", "statement.after_period"}


def test_submitting_tells_everything_that_is_missing_at_once(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.stated(session, made, 1)
    with pytest.raises(RulesViolatedError) as error:
        submit_report(session, made.actor(session), made.grant_id, 1, now=build.REPORTED)
    assert refused(error) == {"report.text_missing", "report.statement_unsigned", "report.indicator_missing"}
    assert sum(one.rule == "report.statement_unsigned" for one in error.value.violations) == 3
    build.written(session, made)
    early = datetime(2020, 10, 31, 12, 0, tzinfo=UTC)
    with pytest.raises(RulesViolatedError) as error:
        submit_report(session, made.actor(session), made.grant_id, 1, now=early)
    assert refused(error) == {"report.period_runs"}
    with pytest.raises(NotPermittedError):
        submit_report(session, made.actor(session, 1), made.grant_id, 1, now=build.REPORTED)
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.REPORTED)
    row = build.row_of(session, made)
    assert (row.state, row.times, row.submitted_at) == (ReportState.SUBMITTED, 1, build.REPORTED)


def test_a_submitted_report_is_the_offices(session: Session) -> None:
    made = build.submitted(session)
    with pytest.raises(TransitionNotAllowedError):
        build.stated(session, made, 1, explanation="Late thought.")
    with pytest.raises(TransitionNotAllowedError):
        build.texts_saved(session, made)
    with pytest.raises(TransitionNotAllowedError):
        submit_report(session, made.actor(session), made.grant_id, 1, now=build.REPORTED)


def test_returned_with_a_reason_corrected_and_submitted_again(session: Session) -> None:
    made = build.submitted(session)
    build.all_accepted(session, made)
    with pytest.raises(RulesViolatedError) as error:
        return_report(session, made.officer, made.grant_id, 1, ReturnReport(reason="No."), now=build.DECIDED)
    assert refused(error) == {"report.reason"}
    wanted = ReturnReport(reason=REASON, partners=(made.made.members[1].partner_id,))
    return_report(session, made.officer, made.grant_id, 1, wanted, now=build.DECIDED)
    assert build.row_of(session, made).reason == REASON
    build.stated(session, made, 1, costs=build.lines()[:1])
    with pytest.raises(RulesViolatedError) as error:
        submit_report(session, made.actor(session), made.grant_id, 1, now=build.DECIDED)
    assert refused(error) == {"report.statement_unsigned"}
    build.signed_for(session, made, 1)
    submit_report(session, made.actor(session), made.grant_id, 1, now=build.DECIDED)
    assert build.row_of(session, made).times == 2
    judged = {one.partner_id: one.verdict for one in build.costs_of(session, made)}
    assert judged[made.made.members[0].partner_id] is Verdict.ACCEPTED, "what did not change stays judged"
    assert judged[made.made.members[1].partner_id] is None


def test_costs_are_assessed_by_the_officer_with_reasons(session: Session) -> None:
    made = build.submitted(session)
    first, second, third = build.costs_of(session, made)[:3]
    wrong = AssessCosts(
        costs=(
            AssessCost(cost_id=first.id, verdict=Verdict.REDUCED, amount=first.amount, reason="The same amount."),
            AssessCost(cost_id=second.id, verdict=Verdict.REJECTED),
            AssessCost(cost_id=made.grant_id, verdict=Verdict.ACCEPTED),
        )
    )
    with pytest.raises(RulesViolatedError) as error:
        assess_costs(session, made.officer, made.grant_id, 1, wrong, now=build.DECIDED)
    assert refused(error) == {"assessment.amount", "assessment.reason", "assessment.unknown_cost"}
    assert all(one.verdict is None for one in build.costs_of(session, made)), "all or none"
    right = AssessCosts(
        costs=(
            AssessCost(cost_id=first.id, verdict=Verdict.REDUCED, amount=Money(100), reason="Only one euro is proven."),
            AssessCost(cost_id=second.id, verdict=Verdict.REJECTED, reason="A private journey."),
            AssessCost(cost_id=third.id, verdict=Verdict.ACCEPTED),
        )
    )
    for other in (made.actor(session), made.authority):
        with pytest.raises(NotPermittedError):
            assess_costs(session, other, made.grant_id, 1, right, now=build.DECIDED)
    assess_costs(session, made.officer, made.grant_id, 1, right, now=build.DECIDED)
    rows = build.costs_of(session, made)[:3]
    assert [(one.verdict, one.accepted) for one in rows] == [
        (Verdict.REDUCED, Money(100)),
        (Verdict.REJECTED, Money(0)),
        (Verdict.ACCEPTED, third.amount),
    ]


def test_a_decision_waits_for_every_cost_and_for_earlier_reports(session: Session) -> None:
    made = build.submitted(session)
    accept = DecideReport(decision="accept")
    with pytest.raises(RulesViolatedError) as error:
        decide_report(session, made.officer, made.grant_id, 1, accept, now=build.DECIDED)
    assert refused(error) == {"assessment.open_lines"}
    days = date(2021, 3, 1), date(2021, 3, 31)
    build.submitted(session, made, number=2, costs=build.lines(days=days), now=build.FINALLY)
    build.all_accepted(session, made, number=2, now=build.FINALLY)
    with pytest.raises(RulesViolatedError) as error:
        decide_report(session, made.officer, made.grant_id, 2, accept, now=build.FINALLY)
    assert refused(error) == {"report.earlier_open"}


def test_an_accepted_report_freezes_its_figures_and_asks_for_its_document(session: Session) -> None:
    made = build.accepted(session)
    reading = report_reading(session, made.grant_id, 1)
    assert reading.row.state is ReportState.ACCEPTED
    assert reading.calculation is not None
    assert reading.calculation.eligible == reading.summary.total.accepted == reading.summary.total.claimed
    assert reading.calculation.due == reading.calculation.sheet.total == reading.calculation.contribution
    document = session.get_one(Document, reading.row.document_id)
    assert (document.kind, document.subject_id) == ("periodic_report", reading.row.period_id)
    with pytest.raises(TransitionNotAllowedError):
        return_report(session, made.officer, made.grant_id, 1, ReturnReport(reason=REASON), now=build.DECIDED)
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text("update claimed_cost set accepted = 0, verdict = 'rejected', reason = 'x'"))
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text("update payment_calculation set due = due + 1"))


def test_a_rejected_report_counts_nothing_and_needs_a_reason(session: Session) -> None:
    made = build.submitted(session)
    with pytest.raises(RulesViolatedError) as error:
        decide_report(session, made.officer, made.grant_id, 1, DecideReport(decision="reject"), now=build.DECIDED)
    assert refused(error) == {"report.reason"}
    wanted = DecideReport(decision="reject", reason=REASON)
    decide_report(session, made.officer, made.grant_id, 1, wanted, now=build.DECIDED)
    row = build.row_of(session, made)
    assert (row.state, row.due, row.contribution) == (ReportState.REJECTED, Money(0), Money(0))


def test_who_has_a_part_in_a_report_does_not_judge_it(session: Session) -> None:
    made = build.submitted(session)
    build.all_accepted(session, made)
    person, office = made.made.person, made.officer.assignments
    first = build.costs_of(session, made)[0]
    judged = AssessCosts(costs=(AssessCost(cost_id=first.id, verdict=Verdict.ACCEPTED),))
    stand_in = Actor(
        person_id=made.officer.person_id, assignments=office, also=frozenset({made.made.members[1].person.id})
    )
    for both in (
        Actor(person_id=person.id, assignments=(*made.actor(session).assignments, *office)),
        Actor(person_id=made.made.members[1].person.id, assignments=office),
        stand_in,
    ):
        for act in (
            lambda who: assess_costs(session, who, made.grant_id, 1, judged, now=build.DECIDED),
            lambda who: return_report(session, who, made.grant_id, 1, ReturnReport(reason=REASON), now=build.DECIDED),
            lambda who: decide_report(
                session, who, made.grant_id, 1, DecideReport(decision="accept"), now=build.DECIDED
            ),
        ):
            with pytest.raises(RulesViolatedError) as error:
                act(both)
            assert refused(error) == {"report.own_part", "interest.of_a_party"}
    with pytest.raises(sa.exc.DBAPIError, match="does not judge it"), session.begin_nested():
        session.execute(sa.update(ClaimedCost).where(ClaimedCost.id == first.id).values(assessed_by=person.id))
    stored = session.scalars(sa.select(PeriodicReport).where(PeriodicReport.state == "submitted")).one()
    stored.state, stored.decided_at, stored.decided_by = ReportState.ACCEPTED, build.DECIDED, person.id
    with pytest.raises(sa.exc.IntegrityError, match="does not judge it"):
        session.flush()


def test_reports_are_late_the_day_after_they_are_due(session: Session) -> None:
    made = build.a_reporting_grant(session)
    first = reports_of(session, made.grant_id)[0]
    assert not first.late(first.due_on)
    assert first.late(first.due_on + timedelta(days=1))


def test_officers_of_another_call_judge_nothing(session: Session) -> None:
    made = build.submitted(session)
    other = actor_for(session, a_person(session, roles=((Role.PROGRAMME_OFFICER, made.grant_id),)))
    with pytest.raises(NotFoundError):
        return_report(session, other, made.grant_id, 1, ReturnReport(reason=REASON), now=build.DECIDED)

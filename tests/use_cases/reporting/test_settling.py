"""From the first euro to the last: pre-financing, interim payment, balance or recovery, closure; the ledger agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.core.rates import Rate
from app.documents.queries import documents_of
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.jobs.verify import verify_money
from app.ledger.queries import commitment_of
from app.ledger.schemas import CommitmentRow
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.queries.payments import payment_row
from app.payments.queries.statements import open_returns
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.rules.time_limits import late_interest
from app.reporting.queries.calculating import calculated
from app.reporting.queries.interest import interest_of, interest_on_payment
from app.reporting.queries.reading import report_reading
from app.reporting.queries.recoveries import Recovery, recovery_after
from app.reporting.queries.reports import calculations_of
from app.reporting.schemas import NoteRecovery, WaiveRecovery
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.waive_recovery import waive_recovery
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.payments import an_office

YEAR_TWO = (date(2021, 3, 1), date(2021, 3, 31))
LATER = build.FINALLY + timedelta(days=60)
BIG = ({"category": "personnel", "words": "Everybody, all year", "amount": "78000.00"},)


def refused(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {one.rule for one in error.value.violations}


def commitment(session: Session, made: MadeGrant) -> CommitmentRow:
    found = commitment_of(session, "award", made.row(session).award_id)
    assert found is not None
    return found


def balanced(session: Session) -> None:
    assert not verify_ledger(session).faults


def test_interim_up_to_the_ceiling_then_the_balance_and_the_rest_is_free(session: Session) -> None:  # noqa: PLR0915  # one story, told once
    made = build.a_reporting_grant(session)
    maximum, terms = made.agreement(session).maximum_grant, made.agreement(session).terms
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    assert refused(error) == {"settlement.not_decided"}
    advance = build.prefinanced(session, made)
    build.submitted(session, made, costs=build.lines(BIG))
    build.accepted(session, made)
    reading = report_reading(session, made.grant_id, 1)
    assert reading.calculation is not None
    assert terms.interim_ceiling is not None
    ceiling = maximum.share_down(terms.interim_ceiling)
    assert reading.calculation.contribution > ceiling - advance, "the ceiling binds"
    assert reading.calculation.due == ceiling - advance
    for other in (made.actor(session), made.authority):
        with pytest.raises(NotPermittedError):
            request_payment(session, other, made.grant_id, 1, now=build.DECIDED)
    payment_id = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    payment = payment_row(session, payment_id)
    assert (payment.amount, payment.kind, payment.due_on) == (
        ceiling - advance,
        PaymentKind.INTERIM,
        date(2020, 11, 16) + timedelta(days=terms.payment_days),
    )
    letters = documents_of(session, "periodic_report", [reading.row.period_id])
    assert {one.kind for one in letters} == {"periodic_report", "payment_letter"}
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
    assert refused(error) == {"settlement.requested"}
    build.submitted(session, made, number=2, costs=build.lines(BIG[:1], YEAR_TWO)[:1], now=build.FINALLY)
    with pytest.raises(RulesViolatedError) as error:
        build.accepted(session, made, number=2, now=build.FINALLY)
    assert refused(error) == {"settlement.payment_open"}
    build.paid(session, payment_id, now=build.DECIDED)
    with pytest.raises(RulesViolatedError) as error:
        close_grant(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"closing.report_open"}
    reduction = Money(1_000_00)
    build.accepted(session, made, number=2, now=build.FINALLY, reduction=reduction, reduction_reason="No conference.")
    last = calculations_of(session, made.grant_id)[-1]
    assert last.final_grant == maximum - reduction, "claims above the maximum are capped, then reduced"
    assert last.due == maximum - reduction - ceiling
    with pytest.raises(RulesViolatedError) as error:
        close_grant(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"closing.unpaid"}
    build.paid(session, request_payment(session, made.officer, made.grant_id, 2, now=LATER), now=LATER)
    with pytest.raises(NotPermittedError):
        close_grant(session, made.authority, made.grant_id, now=LATER)
    assert close_grant(session, made.officer, made.grant_id, now=LATER) == reduction
    assert made.row(session).state == GrantState.CLOSED
    bound = commitment(session, made)
    assert (bound.paid, bound.released, bound.pending) == (maximum - reduction, reduction, Money(0))
    with pytest.raises(RulesViolatedError) as error:
        build.stated(session, made, 0, explanation="After closure.")
    assert refused(error) == {"report.grant_not_running"}
    for number in (1, 2):
        stored = next(one for one in calculations_of(session, made.grant_id) if one.number == number)
        again = report_reading(session, made.grant_id, number)
        assert (again.summary.total.accepted, again.summary.accepted_contribution) == (
            stored.eligible,
            stored.contribution,
        )
    balanced(session)


def test_what_was_paid_too_much_comes_back_and_is_free_again(session: Session) -> None:
    made = build.a_reporting_grant(session)
    maximum, advance = made.agreement(session).maximum_grant, build.prefinanced(session, made)
    small = build.lines(({"category": "personnel", "words": "One week", "amount": "100.00"},))
    build.submitted(session, made, costs=small)
    build.accepted(session, made)
    build.paid(session, request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED), now=build.DECIDED)
    nothing = build.lines((), YEAR_TWO)
    build.submitted(session, made, number=2, costs=nothing, now=build.FINALLY)
    preview = calculated(session, report_reading(session, made.grant_id, 2))
    build.asked_back(session, made, number=2, now=build.FINALLY)
    first, last = calculations_of(session, made.grant_id)
    assert preview.sheet == last.sheet, "what the page showed is what was frozen"
    assert last.final_grant == first.contribution
    assert (last.due, last.recovery) == (Money(0), advance)
    with pytest.raises(RulesViolatedError) as error:
        request_payment(session, made.officer, made.grant_id, 2, now=LATER)
    assert refused(error) == {"settlement.nothing_due"}
    with pytest.raises(RulesViolatedError) as error:
        close_grant(session, made.officer, made.grant_id, now=LATER)
    assert refused(error) == {"closing.owed"}
    accountant = an_office(session).accountant
    before = NoteRecovery(line_id=build.came_in(session, Money(1), day=date(2021, 11, 1)))
    with pytest.raises(RulesViolatedError) as error:
        note_recovery(session, accountant, made.grant_id, 2, before, now=LATER)
    assert refused(error) == {"recovery.booked_before"}
    wanted = NoteRecovery(line_id=build.came_in(session, advance, day=date(2021, 12, 10)))
    with pytest.raises(NotPermittedError):
        note_recovery(session, made.officer, made.grant_id, 2, wanted, now=LATER)
    note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    with pytest.raises(RulesViolatedError) as error:
        note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    assert refused(error) == {"settlement.nothing_to_recover"}
    assert not open_returns(session, accountant, advance), "the line settles one thing"
    assert verify_money(session).faults == ()
    close_grant(session, made.officer, made.grant_id, now=LATER)
    bound = commitment(session, made)
    assert (bound.paid, bound.released) == (first.contribution, maximum - first.contribution)
    balanced(session)


def test_who_pays_back_late_pays_interest_that_is_no_part_of_the_grant(session: Session) -> None:
    made = build.a_reporting_grant(session)
    advance = build.prefinanced(session, made)
    build.submitted(session, made, costs=())
    build.accepted(session, made)
    build.submitted(session, made, number=2, costs=(), now=build.FINALLY)
    build.asked_back(session, made, number=2, now=build.FINALLY)
    assert not back(session, made, date(2021, 12, 15)).interest, "the last day is in time"
    [found] = back(session, made, date(2022, 1, 14)).interest
    assert (found.days, found.reference.day, str(found.rate)) == (30, date(2021, 12, 1), "3.5 %")
    assert found.amount == late_interest(
        advance, due=date(2021, 12, 15), paid_on=date(2022, 1, 14), reference=Rate(0), margin=Rate.percent("3.5")
    )
    accountant = an_office(session).accountant
    with_interest = build.came_in(session, advance + found.amount, day=date(2022, 1, 14))
    note_recovery(session, accountant, made.grant_id, 2, NoteRecovery(line_id=with_interest), now=LATER)
    bound = commitment(session, made)
    assert bound.paid == Money(0), "only what was owed is booked on the commitment"
    after = back(session, made, date(2030, 1, 1))
    assert after.interest == [found], "interest stops on the day of payment"
    assert (after.open, after.interest_open, after.surplus) == (Money(0), Money(0), Money(0))
    balanced(session)


def to_pay_back(session: Session) -> tuple[MadeGrant, Money]:
    """A grant whose whole pre-financing comes back, by 15 December 2021."""
    made = build.a_reporting_grant(session)
    advance = build.prefinanced(session, made)
    for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    build.heard(session, made)
    return made, advance


def back(session: Session, made: MadeGrant, today: date) -> Recovery:
    found = recovery_after(session, made.agreement(session), calculations_of(session, made.grant_id)[-1], today)
    assert found is not None
    return found


def test_money_comes_back_in_parts_and_interest_that_is_missing_stops_no_closure(session: Session) -> None:
    made, advance = to_pay_back(session)
    accountant, part, cents = an_office(session).accountant, Money(1_000_000), Money(1)
    days = date(2021, 12, 10), date(2022, 1, 14), date(2022, 1, 17)
    for amount, day in zip((part, advance - part - cents, cents), days, strict=True):
        with pytest.raises(RulesViolatedError) as error:
            close_grant(session, made.officer, made.grant_id, now=LATER)
        assert refused(error) == {"closing.owed"}
        wanted = NoteRecovery(line_id=build.came_in(session, amount, day=day))
        note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
        assert verify_money(session).faults == ()
    found = back(session, made, date(2022, 2, 1))
    assert (found.open, found.received, found.settled_on) == (Money(0), advance, days[-1])
    assert [(one.owed, one.days) for one in found.interest] == [(advance - part - cents, 30), (cents, 33)]
    owed = Money.total(one.amount for one in found.interest)
    assert found.interest_open == owed > Money(0)
    wanted = NoteRecovery(line_id=build.came_in(session, owed + cents, day=date(2022, 1, 20)))
    with pytest.raises(RulesViolatedError) as error:
        note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    assert refused(error) == {"recovery.more_came"}, "a cent too much needs a word, and is not refused for ever"
    wanted = NoteRecovery(line_id=wanted.line_id, reason="The cent goes back with the next payment.")
    note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    found = back(session, made, date(2022, 2, 1))
    assert (found.interest_open, found.surplus) == (Money(0), cents)
    assert commitment(session, made).paid == Money(0), "interest is booked on no commitment"
    wanted = NoteRecovery(line_id=build.came_in(session, cents, day=date(2022, 1, 21)))
    with pytest.raises(RulesViolatedError) as error:
        note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    assert refused(error) == {"settlement.nothing_to_recover"}
    close_grant(session, made.officer, made.grant_id, now=LATER)
    assert verify_money(session).faults == ()
    balanced(session)


def test_what_does_not_come_back_is_waived_by_an_authorising_officer_with_a_reason(session: Session) -> None:
    made, advance = to_pay_back(session)
    office, part = an_office(session), Money(1_000_000)
    wanted = NoteRecovery(line_id=build.came_in(session, part, day=date(2021, 12, 10)))
    note_recovery(session, office.accountant, made.grant_id, 2, wanted, now=LATER)
    why = WaiveRecovery(waiver_reason="The coordinator is insolvent; the court closed the case without a share.")
    for other in (office.accountant, made.officer, made.actor(session)):
        with pytest.raises(NotPermittedError):
            waive_recovery(session, other, made.grant_id, 2, why, now=LATER)
    both = Actor(person_id=made.officer.person_id, assignments=office.authoriser.assignments)
    with pytest.raises(RulesViolatedError) as error:
        waive_recovery(session, both, made.grant_id, 2, WaiveRecovery(), now=LATER)
    assert refused(error) == {"recovery.own_waiver", "recovery.waiver_reason"}
    waive_recovery(session, office.authoriser, made.grant_id, 2, why, now=LATER)
    with pytest.raises(RulesViolatedError) as error:
        waive_recovery(session, office.authoriser, made.grant_id, 2, why, now=LATER)
    assert refused(error) == {"settlement.nothing_to_recover"}
    found = back(session, made, LATER.date())
    assert (found.open, found.received, found.waived) == (Money(0), part, advance - part)
    with pytest.raises(sa.exc.DBAPIError, match="never taken back"), session.begin_nested():
        session.execute(sa.text("update payment_calculation set waived = 0, waived_at = null where waived > 0"))
    close_grant(session, made.officer, made.grant_id, now=LATER)
    assert commitment(session, made).paid == advance - part, "what was paid stays paid"
    assert verify_money(session).faults == ()
    balanced(session)


def test_a_payment_that_is_late_bears_interest_and_a_suspended_day_is_none(session: Session) -> None:
    made = build.a_reporting_grant(session)
    payment_id = request_prefinancing(session, made.officer, made.grant_id, now=build.OPENED)
    row, terms = payment_row(session, payment_id), made.agreement(session).terms
    assert interest_on_payment(terms, row, row.due_on) is None
    late = interest_on_payment(terms, row, row.due_on + timedelta(days=10))
    assert late is not None
    assert late.days == 10
    assert interest_of(session, row, row.due_on + timedelta(days=10)) == late
    stopped = replace(row, suspended_on=row.due_on)
    assert interest_on_payment(terms, stopped, row.due_on + timedelta(days=10)) is None
    assert interest_on_payment(terms, replace(row, state=PaymentState.CANCELLED), date(2030, 1, 1)) is None
    bare = terms.model_copy(update={"late_interest": None})
    assert interest_on_payment(bare, row, date(2030, 1, 1)) is None
    assert interest_of(session, replace(row, subject_id=made.officer.person_id), date(2030, 1, 1)) is None

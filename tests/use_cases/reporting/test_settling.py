"""From the first euro to the last: pre-financing, interim payment, balance or recovery, closure; the ledger agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.core.rates import Rate
from app.documents.queries import documents_of
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.ledger.queries import commitment_of
from app.ledger.schemas import CommitmentRow
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.queries.payments import payment_row
from app.payments.queries.statements import open_returns
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.payments.rules.time_limits import late_interest
from app.reporting.queries.calculating import calculated
from app.reporting.queries.interest import interest_of, interest_on_payment, interest_on_recovery
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import calculations_of
from app.reporting.schemas import NoteRecovery
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.request_payment import request_payment
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
    build.accepted(session, made, number=2, now=build.FINALLY)
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
    assert refused(error) == {"recovery.other_amount", "recovery.booked_before"}
    wanted = NoteRecovery(line_id=build.came_in(session, advance, day=date(2021, 12, 10)))
    with pytest.raises(NotPermittedError):
        note_recovery(session, made.officer, made.grant_id, 2, wanted, now=LATER)
    note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    with pytest.raises(RulesViolatedError) as error:
        note_recovery(session, accountant, made.grant_id, 2, wanted, now=LATER)
    assert refused(error) == {"settlement.nothing_to_recover"}
    assert not open_returns(session, accountant, advance), "the line settles one thing"
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
    build.accepted(session, made, number=2, now=build.FINALLY)
    terms, [_, last] = made.agreement(session).terms, calculations_of(session, made.grant_id)
    assert interest_on_recovery(terms, last, date(2021, 12, 15)) is None, "the last day is in time"
    found = interest_on_recovery(terms, last, date(2022, 1, 14))
    assert found is not None
    assert (found.days, found.reference.day, str(found.rate)) == (30, date(2021, 12, 1), "3.5 %")
    assert found.amount == late_interest(
        advance, due=date(2021, 12, 15), paid_on=date(2022, 1, 14), reference=Rate(0), margin=Rate.percent("3.5")
    )
    accountant = an_office(session).accountant
    with_interest = build.came_in(session, advance + found.amount, day=date(2022, 1, 14))
    note_recovery(session, accountant, made.grant_id, 2, NoteRecovery(line_id=with_interest), now=LATER)
    bound = commitment(session, made)
    assert bound.paid == Money(0), "only what was owed is booked on the commitment"
    [_, last] = calculations_of(session, made.grant_id)
    assert interest_on_recovery(terms, last, date(2030, 1, 1)) == found, "interest stops on the day of payment"
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

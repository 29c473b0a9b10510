"""An amendment that lowers the grant: what is paid or owed stays covered, and nothing above the new maximum is paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from app.amendments.queries.reading import amendment_reading
from app.amendments.rules.lifecycle import AmendmentState
from app.amendments.schemas import WantedCost
from app.amendments.use_cases.request_amendment import request_amendment
from app.applications.queries.applied_call import rules_of
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.jobs.verify import verify_money
from app.ledger.queries import commitment_of, envelopes_of_call
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.queries import payments_of
from app.reporting.queries.calculating import calculated
from app.reporting.queries.outstanding import still_due
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import calculations_of
from app.reporting.use_cases.request_payment import request_payment
from tests.builders import amendments as build
from tests.builders import reporting
from tests.builders.amendments import ASKED
from tests.builders.grants import MadeGrant, a_running_grant
from tests.use_cases.grants.test_grant_preparation import refused

LATER = datetime(2020, 12, 14, 9, 0, tzinfo=UTC)
"""After the first report was decided, in the second period."""
CLAIMED = ({"category": "personnel", "words": "Everybody, half a year", "amount": "40000.00"},)


def at_least(session: Session, made: MadeGrant, *, accepted: str) -> Sequence[WantedCost]:
    """The smallest budget that still holds what was accepted for the staff of each partner."""
    rules = rules_of(session, made.agreement(session).call_version_id)
    keep = Money.parse(accepted)
    return tuple(
        line.model_copy(update={"amount": keep.amount if line.category == "personnel" else "1000.00"})
        for line in build.wanted_budget(session, made)
        if not isinstance(rules.funding.category(line.category), FlatRateCosts)
    )


def asking(session: Session, made: MadeGrant, number: int, *, now: datetime = LATER) -> list[str]:
    return refused(partial(request_amendment, session, made.actor(session), made.grant_id, number, now=now))


def test_what_is_due_after_a_report_is_not_amended_away(session: Session) -> None:
    made = reporting.a_reporting_grant(session)
    reporting.prefinanced(session, made)
    reporting.submitted(session, made, costs=reporting.lines(CLAIMED))
    reporting.accepted(session, made)
    [decided] = calculations_of(session, made.grant_id)
    assert decided.due
    assert still_due(session, made.agreement(session)) == decided.due
    number = build.a_draft(session, made, now=LATER, budget=at_least(session, made, accepted="65000.00"))
    reading = amendment_reading(session, made.grant_id, number, today=LATER.date())
    known, maximum = reading.known, reading.after.maximum_grant
    assert known.paid < maximum < known.paid + known.due, "it covers what was paid, not what is owed"
    assert "amendment.below_paid" in asking(session, made, number)
    payment = request_payment(session, made.officer, made.grant_id, 1, now=LATER)
    assert still_due(session, made.agreement(session)) == Money(0), "asked for, it counts among the payments"
    assert "amendment.below_paid" in asking(session, made, number)
    reporting.paid(session, payment, now=LATER)
    assert "amendment.below_paid" in asking(session, made, number)


def test_a_lower_maximum_frees_the_rest_and_holds_for_reports_that_came_before(session: Session) -> None:
    made = reporting.a_reporting_grant(session)
    before = made.agreement(session).maximum_grant
    reporting.submitted(session, made, costs=reporting.lines(CLAIMED))
    reporting.all_accepted(session, made)
    due = calculated(session, report_reading(session, made.grant_id, 1)).due
    [envelope] = envelopes_of_call(session, made.ranked.call.id)
    build.in_force(session, made, now=LATER, budget=at_least(session, made, accepted="20000.00"))
    maximum = made.agreement(session).maximum_grant
    assert maximum < due < before
    [after] = envelopes_of_call(session, made.ranked.call.id)
    assert after.available == envelope.available + before - maximum
    bound = commitment_of(session, "award", made.row(session).award_id)
    assert bound is not None
    assert (bound.pending, bound.released) == (maximum, before - maximum)
    reporting.accepted(session, made, now=LATER)
    [decided] = calculations_of(session, made.grant_id)
    terms = made.agreement(session).terms
    assert terms.interim_ceiling is not None
    assert decided.agreement_version == made.agreement(session).version == 2
    assert decided.due == maximum.share_down(terms.interim_ceiling), "of the agreement in force"
    reporting.paid(session, request_payment(session, made.officer, made.grant_id, 1, now=LATER), now=LATER)
    paid = Money.total(one.amount for one in payments_of(session, "grant", made.grant_id))
    assert paid == decided.due < maximum
    assert verify_money(session).faults == verify_ledger(session).faults == ()


def test_pre_financing_that_was_asked_for_meanwhile_stops_the_last_signature(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made, budget=at_least(session, made, accepted="65000.00"))
    build.decided(session, made, number)
    build.signed(session, made, number)
    payment = request_prefinancing(session, made.officer, made.grant_id, now=ASKED)
    assert refused(partial(build.signed_last, session, made, number)) == ["amendment.prefinanced_since"]
    build.decided(session, made, number, "return")
    build.asked(session, made, number)
    build.decided(session, made, number)
    build.signed(session, made, number)
    build.signed_last(session, made, number)
    assert build.row(session, made, number).state is AmendmentState.IN_FORCE
    agreed = made.agreement(session).facts.prefinancing
    [paid] = payments_of(session, "grant", made.grant_id)
    assert agreed is not None
    assert (paid.id, paid.amount) == (payment, agreed.cash), "the new version says what was paid"

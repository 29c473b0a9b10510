"""What an amendment may not undo, and what follows it: reports, periods, payments and the account."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.amendments.queries.amendments import open_of_call
from app.amendments.queries.reading import amendment_reading
from app.amendments.queries.work import office_amendments
from app.amendments.rules.lifecycle import AmendmentKind
from app.amendments.schemas import DecideAmendment
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.start_amendment import start_amendment
from app.core.actor import Role
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.use_cases.request_prefinancing import request_prefinancing
from app.payments.models import BankAccount
from app.payments.queries import payments_of, validated_account
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import DecideAccount
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import reports_of
from app.reporting.rules.lifecycle import ReportState
from tests.builders import amendments as build
from tests.builders import reporting
from tests.builders.amendments import ASKED
from tests.builders.grants import MadeGrant, a_running_grant
from tests.builders.payments import BIC, IBANS, officer
from tests.use_cases.grants.test_grant_preparation import refused

LATER = datetime(2020, 12, 14, 9, 0, tzinfo=UTC)
"""After the first report was decided."""
NEW_ACCOUNT: dict[str, Any] = {"account": "new", "holder": "Cluster ASBL", "iban": IBANS[1], "bic": BIC}


def proposed(session: Session, made: MadeGrant) -> UUID:
    """The account that waits for the finance office."""
    wanted = (
        BankAccount.organisation_id == made.made.members[0].organisation.id,
        BankAccount.state == AccountState.PROPOSED,
    )
    return session.scalars(sa.select(BankAccount.id).where(*wanted)).one()


def validated(session: Session, made: MadeGrant) -> None:
    decider = officer(session, Role.FINANCE_OFFICER)
    decide_bank_account(session, decider, proposed(session, made), DecideAccount(validate_it=True), now=ASKED)


def test_an_account_counts_once_two_persons_have_seen_it_and_the_amendment_is_in_force(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made, **NEW_ACCOUNT)
    assert build.row(session, made, number).kinds == (AmendmentKind.BANK_ACCOUNT,)
    assert refused(partial(build.decided, session, made, number)) == ["amendment.account_unvalidated"]
    validated(session, made)
    pay = partial(request_prefinancing, session, made.officer, made.grant_id, now=ASKED)
    assert refused(pay) == ["grant.account_differs"], "money goes only where the agreement says"
    build.decided(session, made, number)
    build.signed(session, made, number)
    assert made.agreement(session).facts.account is not None
    assert made.agreement(session).facts.account.iban == IBANS[0]  # type: ignore[union-attr]
    build.signed_last(session, made, number, now=ASKED)
    account = made.agreement(session).facts.account
    assert account is not None
    assert account.iban == IBANS[1]
    pay()
    [payment] = payments_of(session, "grant", made.grant_id)
    assert payment.bank_account_id == account.id


def test_an_account_that_was_refused_or_cannot_be_right_is_told(session: Session) -> None:
    made = a_running_grant(session)
    number = start_amendment(session, made.actor(session), made.grant_id, now=ASKED)
    wrong = refused(partial(build.saved, session, made, number, **(NEW_ACCOUNT | {"iban": "BE00 1234"})))
    assert wrong == ["payments.iban_wrong"]
    same = NEW_ACCOUNT | {"iban": IBANS[0]}
    assert refused(partial(build.saved, session, made, number, **same)) == ["payments.account_unchanged"]
    build.saved(session, made, number, account="validated")
    act = partial(request_amendment, session, made.actor(session), made.grant_id, number, now=ASKED)
    assert refused(act) == ["amendment.account_same"]
    build.saved(session, made, number, **NEW_ACCOUNT)
    first = proposed(session, made)
    build.saved(session, made, number, **NEW_ACCOUNT)
    assert proposed(session, made) == first, "what was typed before is not proposed again"
    refusal = DecideAccount(validate_it=False, reason="The holder is another organisation.")
    decide_bank_account(session, officer(session, Role.FINANCE_OFFICER), first, refusal, now=ASKED)
    assert refused(act) == ["amendment.account_gone"]
    assert validated_account(session, made.made.members[0].organisation.id) is not None


def test_what_was_accepted_is_not_planned_away_and_reports_keep_their_version(session: Session) -> None:
    made = reporting.accepted(session)
    before = report_reading(session, made.grant_id, 1).agreement
    assert before.version == 1
    held = Money.parse("24000.00")
    plan = made.agreement(session).facts.cost_of(made.partner_id(0), "personnel")
    over = (plan - held + Money(1)).amount
    moves = build.wanted_budget(session, made, (0, "personnel", 1, "personnel", over))
    number = build.a_draft(session, made, now=LATER, budget=moves)
    act = partial(request_amendment, session, made.actor(session), made.grant_id, number, now=LATER)
    found = refused(act)
    assert "amendment.below_accepted" in found
    just = build.wanted_budget(session, made, (0, "personnel", 1, "personnel", "5000.00"))
    build.saved(session, made, number, now=LATER, budget=just)
    act()
    build.decided(session, made, number, now=LATER)
    build.signed(session, made, number, now=LATER)
    build.signed_last(session, made, number, now=LATER)
    assert report_reading(session, made.grant_id, 1).agreement == before
    assert report_reading(session, made.grant_id, 2).agreement.version == 2


def test_the_grant_does_not_fall_below_what_was_paid(session: Session) -> None:
    made = a_running_grant(session)
    request_prefinancing(session, made.officer, made.grant_id, now=ASKED)
    cells = build.wanted_budget(session, made)
    little = tuple(line.model_copy(update={"amount": "1000.00"}) for line in cells)
    number = build.a_draft(session, made, budget=little)
    act = partial(request_amendment, session, made.actor(session), made.grant_id, number, now=ASKED)
    assert "amendment.below_paid" in refused(act)
    reading = amendment_reading(session, made.grant_id, number, today=ASKED.date())
    assert reading.after.prefinancing == reading.base.facts.prefinancing, "what was asked for stays as agreed"
    assert reading.after.maximum_grant == reading.after.grant_of() < reading.base.maximum_grant


def test_a_longer_project_moves_the_periods_that_were_not_reported(session: Session) -> None:
    made = reporting.accepted(session)
    build.in_force(session, made, now=LATER, duration_months=30)
    assert made.row(session).end_on == made.agreement(session).end_on == date(2022, 4, 30)
    first, last = reports_of(session, made.grant_id)
    assert (first.ends_on, first.state) == (date(2020, 10, 31), ReportState.ACCEPTED)
    assert (last.ends_on, last.due_on) == (date(2022, 4, 30), date(2022, 6, 29))


def test_a_period_that_was_reported_on_does_not_move(session: Session) -> None:
    made = reporting.submitted(session)
    number = build.a_draft(session, made, now=LATER, duration_months=12)
    act = partial(request_amendment, session, made.actor(session), made.grant_id, number, now=LATER)
    found = refused(act)
    assert {"amendment.period_reported", "amendment.end_over"} <= set(found)


def test_with_the_grant_its_open_amendment_comes_to_an_end(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    call = made.ranked.call.id
    assert len(open_of_call(session, call)) == len(office_amendments(session, made.officer)) == 1
    grant = made.row(session)
    grant.state, grant.closed_at = GrantState.CLOSED, LATER
    session.flush()
    assert amendment_reading(session, made.grant_id, number, today=ASKED.date()).ended
    assert not open_of_call(session, call)
    assert not office_amendments(session, made.officer)
    with pytest.raises(TransitionNotAllowedError):
        build.decided(session, made, number)


def test_everything_is_judged_once_more_at_the_last_signature(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    build.decided(session, made, number)
    build.signed(session, made, number)
    late = ASKED + timedelta(days=900)
    act = partial(build.signed_last, session, made, number, now=late)
    assert refused(act) == ["amendment.after_end"]
    assert made.agreement(session).version == 1


def test_a_later_decision_names_every_finding_again(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made, duration_months=30)
    late = ASKED + timedelta(days=1200)
    wanted = DecideAmendment(decision="accept")
    with pytest.raises(RulesViolatedError) as error:
        decide_amendment(session, made.officer, made.grant_id, number, wanted, now=late)
    assert {one.rule for one in error.value.violations} == {"amendment.after_end", "amendment.end_over"}

"""A letter of the main list opens the preparation of a grant; its agreement follows from what was submitted."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.rates import Rate
from app.grants.models import Grant
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_head, parties_of
from app.grants.rules.grant_lifecycle import GrantState
from tests.builders.awards import GOOD, STRONG, WEAK, told
from tests.builders.grants import a_running_grant, an_opened_grant


def test_only_the_main_list_gets_a_grant(session: Session) -> None:
    ranked = told(session, scores=(STRONG, GOOD, WEAK))
    found = session.scalars(sa.select(Grant.application_id).where(Grant.call_id == ranked.call.id)).all()
    main = [award.application_id for award in ranked.awards(session, outcome="main")]
    assert sorted(found) == sorted(main) != []


def test_the_dates_are_those_of_the_letter_on_working_days(session: Session) -> None:
    made = an_opened_grant(session)
    head = grant_head(session, made.grant_id)
    assert head.state is GrantState.PREPARATION
    assert head.reference == f"{made.made.row(session).reference}/GA"
    assert (head.data_due_on, head.declarations_due_on) == (date(2019, 9, 23), date(2019, 10, 14))
    assert head.signature_due_on == date(2019, 12, 2)
    assert (head.start_on, head.duration_months, head.end_on) == (date(2019, 11, 1), 24, date(2021, 10, 31))
    assert [party.coordinates for party in parties_of(session, made.grant_id)] == [True, False, False]


def test_a_running_grant_has_the_agreement_that_reports_are_measured_by(session: Session) -> None:
    made = a_running_grant(session)
    agreement = agreement_of(session, made.grant_id)
    assert agreement.state is GrantState.RUNNING
    assert agreement.sha256 == agreement.facts.sha256
    assert Money.total(line.grant for line in agreement.budget) == agreement.maximum_grant
    assert {line.rate for line in agreement.budget} == {Rate.percent(75), Rate.percent(100)}
    assert [period.ends_on for period in agreement.periods] == [date(2020, 10, 31), date(2021, 10, 31)]
    assert agreement.periods[1].report_due_on == date(2021, 12, 30)
    targets = {one.id: one.target for one in agreement.indicators}
    assert targets["exchanges"] == 100
    assert [partner.coordinator for partner in agreement.partners] == [True, False, False]
    assert agreement.commitment_id == made.row(session).commitment_id is not None

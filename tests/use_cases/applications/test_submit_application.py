"""Submitting: every reason at once, late by a microsecond is late, each version frozen with its hash."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Submission
from app.applications.queries import reading
from app.applications.schemas import Withdraw
from app.applications.use_cases.submit_application import submit_application
from app.applications.use_cases.withdraw_application import withdraw_application
from app.calls.schemas import WithdrawCall
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.canonical import digest
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.money import Money
from app.documents.queries import documents_of
from tests.builders.applications import (
    Made,
    a_complete_application,
    a_draft,
    a_submitted_application,
    answered,
    costs,
)
from tests.builders.calls import a_programme_officer
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def _submit(session: Session, made: Made, *, now: datetime = NOW) -> None:
    submit_application(session, made.actor(session), made.application_id, now=now)


def _count(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Submission)) or 0


def test_a_submission_is_hashed_counted_and_gets_a_receipt(session: Session) -> None:
    made = a_submitted_application(session)
    assert made.submission_id is not None
    found = reading.submission(session, made.submission_id)
    assert (found.number, found.received_at, found.partners) == (1, NOW, 3)
    assert found.requested == Money(26_649_000)
    assert digest(reading.snapshot(session, found.id)) == found.sha256
    [receipt] = documents_of(session, "submission", [found.id])
    assert (receipt.kind, receipt.reference) == ("receipt", "COS-CLUSTER-2018-03-02/0001 v1")
    row = made.row(session)
    assert (row.state, row.submitted_at, row.last_submission_id) == ("submitted", NOW, found.id)


def test_the_deadline_itself_is_in_time_and_a_microsecond_later_is_late(session: Session) -> None:
    made = a_complete_application(session)
    with pytest.raises(RulesViolatedError) as refused:
        _submit(session, made, now=DEADLINE + MICROSECOND)
    [found] = refused.value.violations
    assert found.rule == "application.late"
    assert "17:00:00.000001" in found.text
    assert _count(session) == 0
    _submit(session, made, now=DEADLINE)
    assert reading.submissions(session, made.application_id)[0].received_at == DEADLINE


def test_each_submission_is_a_version_and_the_last_counts(session: Session) -> None:
    made = a_submitted_application(session)
    costs(session, made, made.members[0].partner_id, {"personnel": "1.00"})
    _submit(session, made, now=NOW + timedelta(hours=1))
    second, first = reading.submissions(session, made.application_id)
    assert (first.number, second.number) == (1, 2)
    assert first.requested > second.requested
    assert made.row(session).last_submission_id == second.id


def test_editing_afterwards_leaves_the_submission_alone(session: Session) -> None:
    made = a_submitted_application(session)
    before = reading.submissions(session, made.application_id)[0]
    answered(session, made, "general", {"acronym": "CHANGED"})
    assert reading.submissions(session, made.application_id)[0] == before
    assert reading.snapshot(session, before.id)["application"]["acronym"] == "CIRCTEX"


def test_everything_that_is_wrong_is_told_at_once_and_nothing_changes(session: Session) -> None:
    made = a_draft(session)
    with pytest.raises(RulesViolatedError) as refused:
        _submit(session, made)
    rules = {found.rule for found in refused.value.violations}
    assert {"form.required", "eligibility.minimum_entities", "eligibility.minimum_countries", "budget.empty"} <= rules
    assert made.row(session).state == "draft"
    assert _count(session) == 0


def test_one_cent_above_the_cap_stops_it(session: Session) -> None:
    made = a_complete_application(session)
    first, *others = (member.partner_id for member in made.members)
    for partner_id in others:
        costs(session, made, partner_id, {"third_parties": "1.00"})
    costs(session, made, first, {"third_parties": "359998.01"})
    with pytest.raises(RulesViolatedError) as refused:
        _submit(session, made)
    [found] = refused.value.violations
    assert (found.rule, found.figures["over"]) == ("budget.project_grant_maximum", Money(1))
    costs(session, made, first, {"third_parties": "359998.00"})
    _submit(session, made)


def test_only_the_coordinators_contact_submits(session: Session) -> None:
    made = a_complete_application(session)
    with pytest.raises(NotPermittedError):
        submit_application(session, made.actor(session, 1), made.application_id, now=NOW)
    with pytest.raises(NotFoundError):
        submit_application(session, actor_for(session, a_person(session)), made.application_id, now=NOW)
    assert _count(session) == 0


def test_a_withdrawn_application_can_be_submitted_again_in_time(session: Session) -> None:
    made = a_submitted_application(session)
    withdraw_application(session, made.actor(session), made.application_id, Withdraw(reason="mistake"), now=NOW)
    _submit(session, made)
    assert made.row(session).state == "submitted"


def test_nothing_is_submitted_to_a_withdrawn_call(session: Session) -> None:
    made = a_complete_application(session)
    withdraw_call(session, a_programme_officer(session), made.call.id, WithdrawCall(reason="no money"), now=NOW)
    with pytest.raises(RulesViolatedError) as refused:
        _submit(session, made)
    assert refused.value.violations[0].rule == "application.call_withdrawn"


def test_the_database_refuses_to_change_a_submission(session: Session) -> None:
    made = a_submitted_application(session)
    with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
        session.execute(sa.update(Submission).where(Submission.id == made.submission_id).values(partners=9))

"""Withdrawing: by the coordinator, with a reason, nothing deleted."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries import reading
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.core.errors import NotFoundError, NotPermittedError, TransitionNotAllowedError
from tests.builders.applications import a_complete_application, a_submitted_application
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

WHY = Withdraw(reason="A partner went out of business.")


def test_it_takes_no_further_part_and_keeps_everything(session: Session) -> None:
    made = a_submitted_application(session)
    withdraw_application(session, made.actor(session), made.application_id, WHY, now=NOW)
    assert made.row(session).state == "withdrawn"
    assert len(reading.submissions(session, made.application_id)) == 1
    assert reading.sections(session, made.application_id)["general"].answers["acronym"] == "CIRCTEX"


def test_the_reason_stands_in_the_log_only_as_a_digest(session: Session) -> None:
    made = a_submitted_application(session)
    withdraw_application(session, made.actor(session), made.application_id, WHY, now=NOW)
    event = session.scalars(sa.select(Event).where(Event.kind == "application.withdrawn")).one()
    assert event.facts == {"had_been_submitted": True}
    assert "business" not in str(event.facts)


def test_only_once_and_only_by_the_coordinator(session: Session) -> None:
    made = a_complete_application(session)
    with pytest.raises(NotPermittedError):
        withdraw_application(session, made.actor(session, 1), made.application_id, WHY, now=NOW)
    with pytest.raises(NotFoundError):
        withdraw_application(session, actor_for(session, a_person(session)), made.application_id, WHY, now=NOW)
    assert made.row(session).state == "draft"
    withdraw_application(session, made.actor(session), made.application_id, WHY, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        withdraw_application(session, made.actor(session), made.application_id, WHY, now=NOW)


def test_the_reason_is_kept_for_the_office(session: Session) -> None:
    made = a_submitted_application(session)
    withdraw_application(
        session, made.actor(session), made.application_id, Withdraw(reason="We could not agree."), now=NOW
    )
    assert made.row(session).withdrawal_reason == "We could not agree."

"""Who may begin an application, when, and what it begins with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.queries import reading
from app.applications.schemas import StartApplication
from app.applications.use_cases.start_application import start_application
from app.core.actor import PUBLIC, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError
from app.partnerships.queries import partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from tests.builders.applications import a_call, a_cluster, a_draft
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)


def _start(session: Session, call: Any, person: Any, organisation: Any, *, now: datetime = NOW, **given: Any) -> Any:
    wanted = StartApplication(organisation_id=organisation.id, **({"acronym": "CIRCTEX"} | given))
    return start_application(session, actor_for(session, person), call.id, wanted, now=now)


def test_a_draft_has_a_number_a_coordinator_and_a_contact(session: Session) -> None:
    made = a_draft(session)
    row = made.row(session)
    assert (row.reference, row.state, row.acronym) == ("COS-CLUSTER-2018-03-02/0001", "draft", "CIRCTEX")
    [partner] = partner_rows(session, made.application_id)
    assert (partner.role, partner.state) == (PartnerRole.COORDINATOR, PartnerState.ACCEPTED)
    assert made.actor(session).has(Role.COORDINATOR_CONTACT, scope=ScopeKind.APPLICATION, scope_id=made.application_id)


def test_the_acronym_is_an_answer_already(session: Session) -> None:
    made = a_draft(session)
    saved = reading.sections(session, made.application_id)
    assert saved["general"].answers == {"acronym": "CIRCTEX"}
    assert saved["general"].version == 1


def test_numbers_of_a_call_follow_each_other(session: Session) -> None:
    call = a_call(session)
    references = [a_draft(session, call).row(session).reference for _ in range(3)]
    assert [reference[-4:] for reference in references] == ["0001", "0002", "0003"]


def test_nobody_applies_for_somebody_elses_organisation(session: Session) -> None:
    call, person, stranger = a_call(session), a_person(session), a_person(session)
    organisation = a_cluster(session, person, 0)
    with pytest.raises(NotPermittedError):
        _start(session, call, stranger, organisation)
    wanted = StartApplication(organisation_id=organisation.id, acronym="CIRCTEX")
    with pytest.raises(SignInRequiredError):
        start_application(session, PUBLIC, call.id, wanted, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Application)) == 0


@pytest.mark.parametrize(
    ("instant", "rule"),
    [
        (datetime(2019, 1, 7, 22, 59, 59, tzinfo=UTC), "application.not_open_yet"),
        (DEADLINE + timedelta(microseconds=1), "application.late"),
    ],
)
def test_outside_the_opening_hours_nothing_begins(session: Session, instant: datetime, rule: str) -> None:
    call, person = a_call(session), a_person(session)
    organisation = a_cluster(session, person, 0)
    with pytest.raises(RulesViolatedError) as refused:
        _start(session, call, person, organisation, now=instant)
    assert [found.rule for found in refused.value.violations] == [rule]


def test_at_the_last_microsecond_it_begins(session: Session) -> None:
    call, person = a_call(session), a_person(session)
    assert _start(session, call, person, a_cluster(session, person, 0), now=DEADLINE)


def test_a_strand_that_the_call_does_not_have(session: Session) -> None:
    call, person = a_call(session), a_person(session)
    with pytest.raises(RulesViolatedError) as refused:
        _start(session, call, person, a_cluster(session, person, 0), strand="other")
    assert refused.value.violations[0].place == "strand"

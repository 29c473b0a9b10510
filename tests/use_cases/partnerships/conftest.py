"""A partnership of one coordinator, in an open call."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.infra.ids import new_id
from app.partnerships.use_cases.form_partnership import form_partnership
from tests.builders.applications import a_call, a_cluster
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW


@pytest.fixture
def call_id(session: Session) -> UUID:
    return a_call(session).id


@pytest.fixture
def coordinator(session: Session) -> Actor:
    person = a_person(session)
    a_cluster(session, person, 0)
    return actor_for(session, person)


@pytest.fixture
def partnership(session: Session, coordinator: Actor) -> UUID:
    [organisation_id] = (one.scope_id for one in coordinator.assignments)
    assert organisation_id is not None
    made = new_id()
    form_partnership(session, coordinator, made, organisation_id, now=NOW)
    return made

"""Asking an organisation or a person: once, by one of both, without leaving an address in the log."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.infra.ids import new_id
from app.partnerships.queries import partner_rows
from app.partnerships.schemas import InvitePartner
from app.partnerships.use_cases.invite_partner import invite_partner
from tests.builders.applications import a_cluster
from tests.builders.people import a_person
from tests.conftest import NOW


def test_an_organisation_is_asked_once(session: Session, partnership: UUID, coordinator: Actor, call_id: UUID) -> None:
    wanted = InvitePartner(organisation_id=a_cluster(session, a_person(session), 1).id)
    invite_partner(session, coordinator, partnership, wanted, now=NOW, call_id=call_id)
    with pytest.raises(RulesViolatedError) as refused:
        invite_partner(session, coordinator, partnership, wanted, now=NOW, call_id=call_id)
    assert refused.value.violations[0].rule == "partnership.already_asked"
    assert len(partner_rows(session, partnership)) == 2


def test_an_organisation_that_nobody_knows(
    session: Session, partnership: UUID, coordinator: Actor, call_id: UUID
) -> None:
    with pytest.raises(RulesViolatedError) as refused:
        invite_partner(
            session, coordinator, partnership, InvitePartner(organisation_id=new_id()), now=NOW, call_id=call_id
        )
    assert refused.value.violations[0].place == "organisation_id"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"organisation_id": str(new_id()), "email": "a@example.org"},
        {"email": "not an address"},
        {"email": "a@example.org", "role": "coordinator"},
    ],
)
def test_an_invitation_names_one_of_both_and_no_second_coordinator(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        InvitePartner.model_validate(given)


def test_the_address_is_no_part_of_the_log(
    session: Session, partnership: UUID, coordinator: Actor, call_id: UUID
) -> None:
    wanted = InvitePartner(email="secret.person@example.org")
    invite_partner(session, coordinator, partnership, wanted, now=NOW, call_id=call_id)
    event = session.scalars(sa.select(Event).where(Event.kind == "partner.invited")).one()
    assert "secret.person" not in str(event.facts)

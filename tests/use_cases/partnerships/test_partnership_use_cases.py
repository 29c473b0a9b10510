"""A partnership by itself: forming it, asking, answering, ending a part in it."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.infra.ids import new_id
from app.partnerships.models import Partner
from app.partnerships.queries import partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerEvent, PartnerState
from app.partnerships.schemas import AnswerInvitation, InvitePartner
from app.partnerships.use_cases.answer_invitation import answer_invitation
from app.partnerships.use_cases.end_participation import end_participation
from app.partnerships.use_cases.form_partnership import form_partnership
from app.partnerships.use_cases.invite_partner import invite_partner
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


def test_it_begins_with_its_coordinator(session: Session, partnership: UUID) -> None:
    [row] = partner_rows(session, partnership)
    assert (row.position, row.role, row.state) == (1, PartnerRole.COORDINATOR, PartnerState.ACCEPTED)


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


def test_declining_ends_the_question(session: Session, partnership: UUID, coordinator: Actor, call_id: UUID) -> None:
    person = a_person(session)
    wanted = InvitePartner(organisation_id=a_cluster(session, person, 1).id)
    partner_id = invite_partner(session, coordinator, partnership, wanted, now=NOW, call_id=call_id)
    actor = actor_for(session, person)
    assert (
        answer_invitation(session, actor, partner_id, AnswerInvitation(accept=False), now=NOW, call_id=call_id)
        == partnership
    )
    with pytest.raises(TransitionNotAllowedError):
        answer_invitation(session, actor, partner_id, AnswerInvitation(accept=True), now=NOW, call_id=call_id)
    with pytest.raises(NotFoundError):
        answer_invitation(session, coordinator, partner_id, AnswerInvitation(accept=True), now=NOW, call_id=call_id)


def test_two_partners_cannot_be_one_organisation(
    session: Session, partnership: UUID, coordinator: Actor, call_id: UUID
) -> None:
    person = a_person(session)
    organisation = a_cluster(session, person, 1)
    by_name = InvitePartner(organisation_id=organisation.id)
    invite_partner(session, coordinator, partnership, by_name, now=NOW, call_id=call_id)
    by_mail = InvitePartner(email=person.email)
    partner_id = invite_partner(session, coordinator, partnership, by_mail, now=NOW, call_id=call_id)
    named = AnswerInvitation(accept=True, organisation_id=organisation.id)
    with pytest.raises(RulesViolatedError) as refused:
        answer_invitation(session, actor_for(session, person), partner_id, named, now=NOW, call_id=call_id)
    assert refused.value.violations[0].rule == "partnership.already_in"


def test_ending_keeps_the_row_as_history(
    session: Session, partnership: UUID, coordinator: Actor, call_id: UUID
) -> None:
    wanted = InvitePartner(organisation_id=a_cluster(session, a_person(session), 1).id)
    partner_id = invite_partner(session, coordinator, partnership, wanted, now=NOW, call_id=call_id)
    row = session.get_one(Partner, partner_id)
    end_participation(session, coordinator, row, PartnerEvent.REMOVE, now=NOW, call_id=call_id)
    assert [one.state for one in partner_rows(session, partnership)] == [PartnerState.ACCEPTED, PartnerState.REMOVED]
    with pytest.raises(TransitionNotAllowedError):
        end_participation(session, coordinator, row, PartnerEvent.LEAVE, now=NOW, call_id=call_id)


def test_the_coordinator_stays(session: Session, partnership: UUID, coordinator: Actor, call_id: UUID) -> None:
    row = session.scalars(sa.select(Partner).where(Partner.partnership_id == partnership)).one()
    with pytest.raises(RulesViolatedError):
        end_participation(session, coordinator, row, PartnerEvent.LEAVE, now=NOW, call_id=call_id)

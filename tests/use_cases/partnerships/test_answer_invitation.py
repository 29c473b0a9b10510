"""Answering: only those who are asked, once, for an organisation that is not in yet."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.partnerships.schemas import AnswerInvitation, InvitePartner
from app.partnerships.use_cases.answer_invitation import answer_invitation
from app.partnerships.use_cases.invite_partner import invite_partner
from tests.builders.applications import a_cluster
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW


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

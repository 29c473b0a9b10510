"""Invite, answer, leave, remove: who may, what follows, what strangers learn."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from app.applications.queries import reading
from app.applications.use_cases.change_partnership import (
    answer_partner_invitation,
    invite_to_application,
    remove_partner,
)
from app.core.actor import Role, ScopeKind
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    TransitionNotAllowedError,
)
from app.core.money import Money
from app.partnerships.queries import partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.schemas import AnswerInvitation, InvitePartner
from tests.builders.applications import Made, Member, a_cluster, a_draft, a_partner, costs
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

LATE = datetime(2019, 4, 4, 15, 0, 0, 1, tzinfo=UTC)
ACCEPT, DECLINE = AnswerInvitation(accept=True), AnswerInvitation(accept=False)


def _state(session: Session, made: Made, member: Member) -> PartnerState:
    return next(row.state for row in partner_rows(session, made.application_id) if row.id == member.partner_id)


def _answer(session: Session, made: Made, member: Member, answer: AnswerInvitation, *, now: datetime = NOW) -> None:
    actor = actor_for(session, member.person)
    answer_partner_invitation(session, actor, made.application_id, member.partner_id, answer, now=now)


def test_who_accepts_becomes_a_contact_and_may_write(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1)
    assert _state(session, made, member) is PartnerState.ACCEPTED
    assert actor_for(session, member.person).has(
        Role.PARTNER_CONTACT, scope=ScopeKind.APPLICATION, scope_id=made.application_id
    )


def test_only_the_coordinator_invites(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1)
    wanted = InvitePartner(organisation_id=a_cluster(session, a_person(session), 2).id)
    with pytest.raises(NotPermittedError):
        invite_to_application(session, actor_for(session, member.person), made.application_id, wanted, now=NOW)
    with pytest.raises(NotFoundError):
        invite_to_application(session, actor_for(session, a_person(session)), made.application_id, wanted, now=NOW)
    assert len(partner_rows(session, made.application_id)) == 2


def test_a_person_asked_by_mail_names_the_organisation(session: Session) -> None:
    made, person = a_draft(session), a_person(session, email="asked@example.org")
    organisation = a_cluster(session, person, 1)
    wanted = InvitePartner.model_validate({"email": "Asked@Example.org"})
    partner_id = invite_to_application(session, made.actor(session), made.application_id, wanted, now=NOW)
    actor = actor_for(session, person)
    with pytest.raises(RulesViolatedError) as refused:
        answer_partner_invitation(session, actor, made.application_id, partner_id, ACCEPT, now=NOW)
    assert refused.value.violations[0].place == "organisation_id"
    named = AnswerInvitation(accept=True, organisation_id=organisation.id)
    answer_partner_invitation(session, actor, made.application_id, partner_id, named, now=NOW)
    assert partner_rows(session, made.application_id)[-1].organisation_id == organisation.id


def test_somebody_elses_invitation_does_not_exist(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1, accept=False)
    stranger = Member(member.organisation, a_person(session), member.partner_id)
    for answer in (ACCEPT, DECLINE):
        with pytest.raises(NotFoundError):
            _answer(session, made, stranger, answer)
    assert _state(session, made, member) is PartnerState.INVITED


def test_an_invitation_belongs_to_one_application(session: Session) -> None:
    made = a_draft(session)
    other = a_draft(session, made.call, acronym="OTHER")
    member = a_partner(session, made, 1, accept=False)
    with pytest.raises(NotFoundError):
        _answer(session, other, member, ACCEPT)


def test_an_answer_is_given_once(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1)
    with pytest.raises(TransitionNotAllowedError):
        _answer(session, made, member, DECLINE)


def test_after_the_deadline_one_can_decline_but_not_accept(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1, accept=False)
    with pytest.raises(RulesViolatedError):
        _answer(session, made, member, ACCEPT, now=LATE)
    _answer(session, made, member, DECLINE, now=LATE)
    assert _state(session, made, member) is PartnerState.DECLINED


def test_costs_leave_with_the_partner_that_declines_or_is_removed(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1)
    asked = a_partner(session, made, 2, accept=False)
    for one in (member, asked):
        costs(session, made, one.partner_id, {"third_parties": "100.00"})
    assert made.row(session).requested == Money(20000)
    _answer(session, made, asked, DECLINE)
    assert made.row(session).requested == Money(10000)
    remove_partner(session, made.actor(session), made.application_id, member.partner_id, now=NOW)
    assert made.row(session).requested == Money(0)
    assert not reading.sheets(session, made.application_id)


def test_a_removed_partner_no_longer_reads(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1)
    remove_partner(session, made.actor(session), made.application_id, member.partner_id, now=NOW)
    assert _state(session, made, member) is PartnerState.REMOVED
    assert not actor_for(session, member.person).ids(ScopeKind.APPLICATION)


def test_who_speaks_for_two_partners_stays_for_the_other(session: Session) -> None:
    made = a_draft(session)
    first = a_partner(session, made, 1)
    second = a_cluster(session, first.person, 2)
    wanted = InvitePartner(organisation_id=second.id)
    partner_id = invite_to_application(session, made.actor(session), made.application_id, wanted, now=NOW)
    _answer(session, made, Member(second, first.person, partner_id), ACCEPT)
    remove_partner(session, made.actor(session), made.application_id, first.partner_id, now=NOW)
    assert made.application_id in actor_for(session, first.person).ids(ScopeKind.APPLICATION)


def test_a_partner_leaves_by_itself_and_removes_nobody_else(session: Session) -> None:
    made = a_draft(session)
    first, second = a_partner(session, made, 1), a_partner(session, made, 2)
    actor = actor_for(session, first.person)
    with pytest.raises(NotPermittedError):
        remove_partner(session, actor, made.application_id, second.partner_id, now=NOW)
    remove_partner(session, actor, made.application_id, first.partner_id, now=NOW)
    assert _state(session, made, first) is PartnerState.LEFT


def test_the_coordinator_cannot_be_removed(session: Session) -> None:
    made = a_draft(session)
    with pytest.raises(RulesViolatedError) as refused:
        remove_partner(session, made.actor(session), made.application_id, made.members[0].partner_id, now=NOW)
    assert refused.value.violations[0].rule == "partnership.coordinator_stays"


def test_a_partner_of_another_application_is_not_found(session: Session) -> None:
    made = a_draft(session)
    other = a_draft(session, made.call, acronym="OTHER")
    with pytest.raises(NotFoundError):
        remove_partner(session, made.actor(session), made.application_id, other.members[0].partner_id, now=NOW)


def test_whoever_left_can_be_asked_again_in_another_role(session: Session) -> None:
    made = a_draft(session)
    member = a_partner(session, made, 1)
    remove_partner(session, made.actor(session), made.application_id, member.partner_id, now=NOW)
    wanted = InvitePartner(organisation_id=member.organisation.id, role=PartnerRole.ASSOCIATED)
    again = invite_to_application(session, made.actor(session), made.application_id, wanted, now=NOW)
    assert again == member.partner_id
    row = partner_rows(session, made.application_id)[-1]
    assert (row.role, row.state) == (PartnerRole.ASSOCIATED, PartnerState.INVITED)

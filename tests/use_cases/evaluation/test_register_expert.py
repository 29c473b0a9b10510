"""From invitation to registration and leave: who may, what is kept, what stands in the way."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Invitation
from app.accounts.queries import invitations_of_scope
from app.accounts.use_cases.accept_invitation import accept_invitation
from app.core.actor import Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, StaleVersionError
from app.evaluation.models import JudgedApplication
from app.evaluation.queries.experts import experts_of_call, profile, unregistered_experts
from app.evaluation.rules.lifecycle import JudgementState
from app.evaluation.schemas import ExpertDetails, InviteExperts
from app.evaluation.use_cases.invite_experts import invite_experts, withdraw_expert_invitation
from app.evaluation.use_cases.leave_call import leave_call
from app.evaluation.use_cases.register_expert import register_expert
from tests.builders.applications import a_call, a_draft
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import EVALUATING, a_round, an_assignment, an_expert
from tests.builders.people import a_person, a_role, actor_for
from tests.conftest import NOW
from tests.use_cases.evaluation.refusals import refused_by

DETAILS = ExpertDetails(expertise="Textiles", languages=["en", "pl"], employer="Institute", country="PL", max_load=8)


def test_several_are_invited_and_who_accepts_can_register(session: Session) -> None:
    call, officer = a_call(session), a_programme_officer(session)
    emails = ["one@experts.example", "two@experts.example", "one@experts.example"]
    first, second = invite_experts(session, officer, call.id, InviteExperts(emails=emails), now=NOW)
    assert {row.id for row in invitations_of_scope(session, ScopeKind.CALL, call.id, now=NOW)} == {first, second}
    person = a_person(session, email="one@experts.example")
    accept_invitation(session, actor_for(session, person), first, now=NOW)
    assert [row.person_id for row in unregistered_experts(session, call.id)] == [person.id]
    assert register_expert(session, actor_for(session, person), call.id, DETAILS, now=NOW) == 1
    [row] = experts_of_call(session, call.id)
    assert (row.name, row.languages, row.max_load, row.load) == (person.name, ("en", "pl"), 8, 0)
    assert not unregistered_experts(session, call.id)
    withdraw_expert_invitation(session, officer, call.id, second, now=NOW)
    assert not invitations_of_scope(session, ScopeKind.CALL, call.id, now=NOW)


def test_an_officer_of_the_programme_invites_too(session: Session) -> None:
    call = a_call(session)
    person = a_person(session)
    a_role(session, person, Role.PROGRAMME_OFFICER, call.programme_id, scope=ScopeKind.PROGRAMME)
    wanted = InviteExperts(emails=["three@experts.example"])
    [made] = invite_experts(session, actor_for(session, person), call.id, wanted, now=NOW)
    assert session.get_one(Invitation, made).invited_by == person.id


def test_all_or_none_are_invited_and_each_hindrance_is_named(session: Session) -> None:
    call, officer = a_call(session), a_programme_officer(session)
    expert = an_expert(session, call)
    invite_experts(session, officer, call.id, InviteExperts(emails=["one@experts.example"]), now=NOW)
    wanted = InviteExperts(emails=["new@experts.example", "one@experts.example", expert.email])
    assert refused_by(lambda: invite_experts(session, officer, call.id, wanted, now=NOW)) == {
        "expert.already_invited",
        "expert.already_expert",
    }
    assert not session.scalars(sa.select(Invitation).where(Invitation.email == "new@experts.example")).all()


def test_only_the_office_invites_and_only_experts_of_this_call_are_withdrawn(session: Session) -> None:
    call, officer = a_call(session), a_programme_officer(session)
    wanted = InviteExperts(emails=["one@experts.example"])
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        invite_experts(session, auditor, call.id, wanted, now=NOW)
    with pytest.raises(NotFoundError):
        invite_experts(session, actor_for(session, a_person(session)), call.id, wanted, now=NOW)
    other = Invitation(
        id=call.programme_id, email="x@example.org", role=Role.AUDITOR, scope=ScopeKind.PLATFORM, scope_id=None,
        invited_at=NOW, expires_at=EVALUATING,
    )  # fmt: skip
    session.add(other)
    session.flush()
    with pytest.raises(NotFoundError):
        withdraw_expert_invitation(session, officer, call.id, other.id, now=NOW)


def test_details_are_changed_by_version(session: Session) -> None:
    call = a_call(session)
    actor = actor_for(session, an_expert(session, call))
    with pytest.raises(StaleVersionError):
        register_expert(session, actor, call.id, DETAILS, now=NOW)
    changed = ExpertDetails(**(DETAILS.values() | {"version": 1, "max_load": None}))
    assert register_expert(session, actor, call.id, changed, now=NOW) == 2
    assert actor.person_id is not None
    stored = profile(session, actor.person_id)
    assert stored is not None
    assert (stored.version, stored.employer) == (2, "Institute")


@pytest.mark.parametrize("submitted", [True, False])
def test_who_applies_does_not_judge(session: Session, submitted: bool) -> None:  # noqa: FBT001  # a case of the test
    if submitted:
        _, call, [made] = a_round(session)
    else:
        call = a_call(session)
        made = a_draft(session, call)
    a_role(session, made.person, Role.EVALUATOR, call.id)
    actor = actor_for(session, made.person)
    assert refused_by(lambda: register_expert(session, actor, call.id, DETAILS, now=NOW)) == {"expert.applicant"}


def test_without_the_role_one_does_not_register(session: Session) -> None:
    call = a_call(session)
    with pytest.raises(NotFoundError):
        register_expert(session, actor_for(session, a_person(session)), call.id, DETAILS, now=NOW)


def test_an_unknown_country_is_told(session: Session) -> None:
    call = a_call(session)
    person = a_person(session, roles=((Role.EVALUATOR, call.id),))
    wanted = ExpertDetails(**(DETAILS.values() | {"country": "QQ"}))
    actor = actor_for(session, person)
    assert refused_by(lambda: register_expert(session, actor, call.id, wanted, now=NOW)) == {"expert.country_unknown"}


def test_one_leaves_when_nothing_waits_and_may_come_back(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    an_assignment(session, made, person, answer="none")
    actor = actor_for(session, person)
    assert refused_by(lambda: leave_call(session, actor, call.id, now=EVALUATING)) == {"expert.open_work"}
    session.get_one(JudgedApplication, made.application_id).state = JudgementState.CONCLUDED
    session.flush()
    leave_call(session, actor, call.id, now=EVALUATING)
    assert person.id not in {row.person_id for row in experts_of_call(session, call.id)}
    assert [row.left_at for row in unregistered_experts(session, call.id)] == [EVALUATING]
    with pytest.raises(NotFoundError):
        leave_call(session, actor, call.id, now=EVALUATING)
    again = ExpertDetails(**(DETAILS.values() | {"version": 1}))
    register_expert(session, actor, call.id, again, now=EVALUATING)
    assert person.id in {row.person_id for row in experts_of_call(session, call.id)}

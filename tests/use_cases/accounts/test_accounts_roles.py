import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Invitation, Person, SignInSession
from app.accounts.queries import actor_of_token, credentials_of_email, live_tokens, roles_of
from app.accounts.rules.links import INVITATION
from app.accounts.schemas import AssignRole, CreateApiToken, InvitePerson, RegisterInvited
from app.accounts.use_cases.accept_invitation import accept_by_registering, accept_invitation, invitation_of_link
from app.accounts.use_cases.assign_role import assign_role
from app.accounts.use_cases.create_api_token import create_api_token, revoke_api_token
from app.accounts.use_cases.deactivate_person import deactivate_person, reactivate_person
from app.accounts.use_cases.invite_person import invitation_token, invite_person, withdraw_invitation
from app.accounts.use_cases.revoke_role import revoke_role
from app.audit.models import Event
from app.core.actor import PUBLIC, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.delivery.runtime import Runtime
from app.infra.ids import new_id
from app.infra.tokens import TokenSigner, fingerprint
from tests.builders.people import PASSWORD, a_person, a_role, actor_for, an_administrator, an_api_token, an_invitation

SIGNER = TokenSigner("a key")
OFFICER = AssignRole(role=Role.PROGRAMME_OFFICER, scope=ScopeKind.PLATFORM)
OFFER = InvitePerson(email="New@example.org", role=Role.AUDITOR, scope=ScopeKind.PLATFORM)
NEWCOMER = RegisterInvited(name="Newcomer", password=PASSWORD)


def held(session: Session, person: Person) -> set[Assignment]:
    return {Assignment(row.role, row.scope, row.scope_id) for row in roles_of(session, person.id)}


def test_an_administrator_gives_a_role_once(session: Session, now: datetime) -> None:
    actor, person = actor_for(session, an_administrator(session)), a_person(session)
    assign_role(session, actor, person.id, OFFICER, now=now)
    assign_role(session, actor, person.id, OFFICER, now=now)
    assert held(session, person) == {Assignment(Role.PROGRAMME_OFFICER, ScopeKind.PLATFORM)}
    assert session.scalars(sa.select(Event.kind)).all() == ["role.assigned"]


def test_nobody_else_gives_an_office(session: Session, now: datetime) -> None:
    person = a_person(session)
    for giver in (a_person(session), a_person(session, roles=(Role.PROGRAMME_OFFICER, Role.AUDITOR))):
        with pytest.raises(NotPermittedError):
            assign_role(session, actor_for(session, giver), person.id, OFFICER, now=now)
    with pytest.raises(NotPermittedError):
        assign_role(session, PUBLIC, person.id, OFFICER, now=now)
    assert held(session, person) == set()


def test_a_role_needs_a_fitting_scope_and_a_known_person(session: Session, now: datetime) -> None:
    actor = actor_for(session, an_administrator(session))
    with pytest.raises(RulesViolatedError, match="cannot be held"):
        assign_role(
            session,
            actor,
            actor.person_id,
            AssignRole(role=Role.AUDITOR, scope=ScopeKind.CALL, scope_id=uuid4()),
            now=now,
        )
    with pytest.raises(NotFoundError):
        assign_role(session, actor, uuid4(), OFFICER, now=now)


def test_a_role_is_taken_away(session: Session, now: datetime) -> None:
    actor, person = actor_for(session, an_administrator(session)), a_person(session)
    row = a_role(session, person, Role.AUDITOR)
    with pytest.raises(NotPermittedError):
        revoke_role(session, actor_for(session, person), row.id, now=now)
    revoke_role(session, actor, row.id, now=now)
    assert held(session, person) == set()
    with pytest.raises(NotFoundError):
        revoke_role(session, actor, row.id, now=now)


def test_the_own_and_the_last_administration_stay(session: Session, now: datetime) -> None:
    one, two = an_administrator(session), an_administrator(session)
    own = roles_of(session, one.id)[0]
    with pytest.raises(RulesViolatedError, match="yourself"):
        revoke_role(session, actor_for(session, one), own.id, now=now)
    with pytest.raises(RulesViolatedError, match="yourself"):
        deactivate_person(session, actor_for(session, one), one.id, now=now)
    actor_one = actor_for(session, one)
    deactivate_person(session, actor_for(session, two), one.id, now=now)
    with pytest.raises(RulesViolatedError, match="last administrator"):
        revoke_role(session, actor_one, roles_of(session, two.id)[0].id, now=now)


def test_two_administrators_who_remove_each_other_leave_one(runtime: Runtime, now: datetime) -> None:
    with runtime.database.transaction() as session:
        pair = [an_administrator(session), an_administrator(session)]
        actors = [actor_for(session, person) for person in pair]
    start, refused = threading.Barrier(2), []

    def remove(mine: int) -> None:
        start.wait()
        try:
            with runtime.database.transaction() as session:
                deactivate_person(session, actors[mine], pair[1 - mine].id, now=now)
        except RulesViolatedError as error:
            refused.append(error)

    threads = [threading.Thread(target=remove, args=(each,)) for each in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


def test_closing_an_account_ends_sessions_and_tokens(session: Session, now: datetime) -> None:
    actor, person = actor_for(session, an_administrator(session)), a_person(session)
    secret = an_api_token(session, person)
    session.add(
        SignInSession(
            id=new_id(),
            person_id=person.id,
            fingerprint="f",
            created_at=now,
            last_seen_at=now,
            ends_at=now + timedelta(1),
        )
    )
    with pytest.raises(NotPermittedError):
        deactivate_person(session, actor_for(session, person), actor.person_id, now=now)
    deactivate_person(session, actor, person.id, now=now)
    deactivate_person(session, actor, person.id, now=now)
    assert session.scalars(sa.select(SignInSession.id).where(SignInSession.person_id == person.id)).all() == []
    with pytest.raises(NotPermittedError):
        reactivate_person(session, actor_for(session, person), person.id, now=now)
    reactivate_person(session, actor, person.id, now=now)
    reactivate_person(session, actor, person.id, now=now)
    assert actor_of_token(session, fingerprint(secret), now=now).actor is PUBLIC
    with pytest.raises(NotFoundError):
        deactivate_person(session, actor, uuid4(), now=now)
    kinds = session.scalars(sa.select(Event.kind).where(Event.subject_id == person.id).order_by(Event.seq)).all()
    assert kinds == ["person.deactivated", "person.reactivated"]


def test_an_invitation_is_accepted_once_by_registering(session: Session, now: datetime) -> None:
    actor = actor_for(session, an_administrator(session))
    made = invite_person(session, actor, OFFER, now=now)
    token = invitation_token(SIGNER, made, expires_at=now + INVITATION.lasts)
    offer = invitation_of_link(session, SIGNER, token, now=now)
    assert offer.email == "new@example.org"
    person_id = accept_by_registering(session, offer.id, NEWCOMER, password_hash="hash", now=now)
    known = credentials_of_email(session, "new@example.org")
    assert (known.person_id, known.confirmed) == (person_id, True)
    assert [row.role for row in roles_of(session, person_id)] == [Role.AUDITOR]
    for again in (
        lambda: accept_by_registering(session, offer.id, NEWCOMER, password_hash="other", now=now),
        lambda: accept_invitation(session, actor, offer.id, now=now),
        lambda: withdraw_invitation(session, actor, offer.id, now=now),
    ):
        with pytest.raises(RulesViolatedError, match="already accepted"):
            again()
    assert credentials_of_email(session, "new@example.org").password_hash == "hash"


def test_an_invitation_is_accepted_by_who_is_signed_in(session: Session, now: datetime) -> None:
    person, row = a_person(session), an_invitation(session, role=Role.AUDITOR)
    with pytest.raises(SignInRequiredError):
        accept_invitation(session, PUBLIC, row.id, now=now)
    accept_invitation(session, actor_for(session, person), row.id, now=now)
    session.refresh(row)
    assert row.accepted_by == person.id
    assert held(session, person) == {Assignment(Role.AUDITOR, ScopeKind.PLATFORM)}
    with pytest.raises(NotFoundError):
        accept_invitation(session, actor_for(session, person), uuid4(), now=now)


def test_a_known_address_signs_in_to_accept(session: Session, now: datetime) -> None:
    person = a_person(session)
    row = an_invitation(session, email=person.email)
    with pytest.raises(RulesViolatedError, match="Sign in to accept"):
        accept_by_registering(session, row.id, NEWCOMER, password_hash="intruder", now=now)
    session.refresh(person)
    assert person.password_hash != "intruder"
    assert row.accepted_at is None


@pytest.mark.parametrize(("state", "words"), [({"withdrawn_at": True}, "withdrawn"), ({"expires_at": True}, "expired")])
def test_withdrawn_and_expired_invitations_open_nothing(
    session: Session, now: datetime, state: Any, words: Any
) -> None:
    person = a_person(session)
    row = an_invitation(session, **{name: now - timedelta(seconds=1) for name in state})
    with pytest.raises(RulesViolatedError, match=words):
        accept_invitation(session, actor_for(session, person), row.id, now=now)
    with pytest.raises(RulesViolatedError, match=words):
        accept_by_registering(session, row.id, NEWCOMER, password_hash="h", now=now)
    assert held(session, person) == set()


def test_only_who_may_give_a_role_may_offer_it_or_take_the_offer_back(session: Session, now: datetime) -> None:
    stranger, admin = actor_for(session, a_person(session)), actor_for(session, an_administrator(session))
    with pytest.raises(NotPermittedError):
        invite_person(session, stranger, OFFER, now=now)
    made = invite_person(session, admin, OFFER, now=now)
    with pytest.raises(NotPermittedError):
        withdraw_invitation(session, stranger, made, now=now)
    with pytest.raises(RulesViolatedError, match="open invitation"):
        invite_person(session, admin, OFFER, now=now)
    withdraw_invitation(session, admin, made, now=now)
    invite_person(session, admin, OFFER, now=now)
    with pytest.raises(NotFoundError):
        withdraw_invitation(session, admin, uuid4(), now=now)
    with pytest.raises(RulesViolatedError, match="cannot be held"):
        invite_person(session, admin, InvitePerson(email="a@b.eu", role=Role.MEMBER, scope=ScopeKind.PLATFORM), now=now)
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 2


def test_wrong_links_open_no_invitation(session: Session, now: datetime) -> None:
    row = an_invitation(session)
    token = invitation_token(SIGNER, row.id, expires_at=now)
    for bad in (token + "x", token[:-3], "x", invitation_token(TokenSigner("other key"), row.id, expires_at=now)):
        with pytest.raises(NotFoundError):
            invitation_of_link(session, SIGNER, bad, now=now)
    with pytest.raises(NotFoundError):
        invitation_of_link(session, SIGNER, invitation_token(SIGNER, uuid4(), expires_at=now), now=now)


def test_a_token_speaks_for_its_person_until_it_is_ended(session: Session, now: datetime) -> None:
    person = a_person(session)
    actor = actor_for(session, person)
    command = CreateApiToken(name="Nightly export", scopes=["read", "read"], days=30)
    secret = create_api_token(session, actor, command, now=now)
    program = actor_of_token(session, fingerprint(secret), now=now).actor
    assert (program.person_id, program.token_scopes) == (person.id, frozenset({"read"}))
    assert not program.may_use("write")
    with pytest.raises(RulesViolatedError, match="of this name"):
        create_api_token(session, actor, command.model_copy(update={"name": "NIGHTLY export"}), now=now)
    with pytest.raises(NotPermittedError):
        create_api_token(session, program, command.model_copy(update={"name": "Another"}), now=now)
    with pytest.raises(SignInRequiredError):
        create_api_token(session, PUBLIC, command, now=now)
    (token,) = live_tokens(session, person.id, now=now)
    with pytest.raises(NotFoundError):
        revoke_api_token(session, actor_for(session, a_person(session)), token.id, now=now)
    revoke_api_token(session, actor, token.id, now=now)
    assert actor_of_token(session, fingerprint(secret), now=now).actor is PUBLIC
    assert live_tokens(session, person.id, now=now) == []
    assert secret not in session.scalars(sa.select(ApiToken.fingerprint)).all()


def test_a_person_has_a_bounded_number_of_tokens(session: Session, now: datetime) -> None:
    person = a_person(session)
    for _ in range(20):
        an_api_token(session, person)
    with pytest.raises(RulesViolatedError, match="20 tokens"):
        create_api_token(
            session, actor_for(session, person), CreateApiToken(name="One more", scopes=["read"], days=30), now=now
        )

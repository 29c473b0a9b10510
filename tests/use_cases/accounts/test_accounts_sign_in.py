from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, SignInSession
from app.accounts.queries import actor_of_session, credentials_of, credentials_of_email
from app.accounts.rules.links import CONFIRM_EMAIL
from app.accounts.schemas import (
    ChangePassword,
    Checked,
    RegisterPerson,
    RequestPasswordReset,
    ResetPassword,
    UpdatePerson,
)
from app.accounts.use_cases.change_password import change_password
from app.accounts.use_cases.confirm_email import confirm_email, confirmation_token, person_to_confirm
from app.accounts.use_cases.register_person import register_person
from app.accounts.use_cases.reset_password import person_to_reset, request_password_reset, reset_password, reset_token
from app.accounts.use_cases.sign_in import sign_in
from app.accounts.use_cases.sign_out import sign_out
from app.accounts.use_cases.update_person import update_person
from app.audit.models import Event
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import PUBLIC
from app.core.errors import NotFoundError, RulesViolatedError, SignInRequiredError
from app.infra.tokens import TokenSigner, fingerprint
from tests.builders.people import PASSWORD, a_person, actor_for

SIGNER = TokenSigner("a key")
HOURS = timedelta(hours=12)
IDLE = timedelta(hours=1)
WANTED = RegisterPerson(email="ana@example.org", name="Ana Costa", password=PASSWORD)


def kinds(session: Session, person_id: Any = None) -> list[str]:
    statement = sa.select(Event.kind).order_by(Event.seq)
    return list(session.scalars(statement.where(Event.subject_id == person_id) if person_id else statement))


def enter(session: Session, person: Person, now: datetime, *, matches: Any = True, replaces: Any = "") -> Any:
    checked = Checked(credentials_of(session, person.id), matches)
    return sign_in(session, checked, replaces=replaces, lasts=HOURS, now=now)


def test_registration_waits_for_the_mailbox_and_the_password(session: Session, now: datetime) -> None:
    register_person(session, WANTED, password_hash="hash", now=now)
    known = credentials_of_email(session, "ana@example.org")
    assert known is not None
    assert not known.confirmed
    assert kinds(session, known.person_id) == ["person.registered"]
    assert sign_in(session, Checked(known, matches=True), replaces="", lasts=HOURS, now=now) is None
    token = confirmation_token(SIGNER, known, now=now)
    found = person_to_confirm(session, SIGNER, token, now=now)
    with pytest.raises(RulesViolatedError, match="not the password"):
        confirm_email(session, Checked(found, matches=False), now=now)
    confirm_email(session, Checked(found, matches=True), now=now)
    assert credentials_of(session, known.person_id).confirmed
    with pytest.raises(NotFoundError):
        person_to_confirm(session, SIGNER, token, now=now)
    with pytest.raises(NotFoundError):
        confirm_email(session, Checked(found, matches=True), now=now)
    assert verify_chains(session).whole


def test_a_later_registration_replaces_the_earlier_one_and_kills_its_link(session: Session, now: datetime) -> None:
    register_person(session, WANTED, password_hash="first", now=now)
    token = confirmation_token(SIGNER, credentials_of_email(session, WANTED.email), now=now)
    register_person(session, WANTED.model_copy(update={"name": "Ana C."}), password_hash="second", now=now)
    with pytest.raises(NotFoundError):
        person_to_confirm(session, SIGNER, token, now=now)
    assert session.scalars(sa.select(Person.name)).all() == ["Ana C."]


def test_registering_a_known_address_changes_nothing_and_tells_its_owner(session: Session, now: datetime) -> None:
    owner = a_person(session, email=WANTED.email, name="The owner")
    register_person(session, WANTED, password_hash="intruder", now=now)
    session.refresh(owner)
    assert owner.name == "The owner"
    assert owner.password_hash != "intruder"
    assert kinds(session, owner.id) == ["person.registered_again"]


def test_a_registration_never_keeps_a_bad_password(session: Session, now: datetime) -> None:
    with pytest.raises(RulesViolatedError, match="12 characters"):
        register_person(
            session, RegisterPerson(email="a@example.org", name="A", password="short"), password_hash="x", now=now
        )
    assert credentials_of_email(session, "a@example.org") is None


def test_events_hold_no_address(session: Session, now: datetime) -> None:
    register_person(session, WANTED, password_hash="hash", now=now)
    event = session.scalars(sa.select(Event)).one()
    assert "ana" not in str(event.facts).lower()
    assert set(event.digests) == {"email", "name"}


def test_a_confirmation_link_ends_and_fits_no_other_purpose(session: Session, now: datetime) -> None:
    register_person(session, WANTED, password_hash="hash", now=now)
    known = credentials_of_email(session, WANTED.email)
    token = confirmation_token(SIGNER, known, now=now)
    with pytest.raises(NotFoundError):
        person_to_confirm(session, SIGNER, token, now=now + CONFIRM_EMAIL.lasts + timedelta(seconds=1))
    with pytest.raises(NotFoundError):
        person_to_reset(session, SIGNER, token, now=now)


def test_signing_in_opens_a_session_and_ends_the_planted_one(session: Session, now: datetime) -> None:
    person = a_person(session)
    planted = enter(session, a_person(session), now)
    secret = enter(session, person, now, replaces=planted)
    assert actor_of_session(session, fingerprint(secret), now=now, idle=IDLE).actor.person_id == person.id
    assert actor_of_session(session, fingerprint(planted), now=now, idle=IDLE).actor is PUBLIC
    assert secret not in session.scalars(sa.select(SignInSession.fingerprint)).all()


def test_five_wrong_passwords_pause_even_the_right_one(session: Session, now: datetime) -> None:
    person = a_person(session)
    for _ in range(5):
        assert enter(session, person, now, matches=False) is None
    assert kinds(session, person.id) == ["person.sign_in_paused"]
    assert enter(session, person, now + timedelta(minutes=14)) is None
    assert enter(session, person, now + timedelta(minutes=15)) is not None


def test_a_right_password_starts_the_count_anew(session: Session, now: datetime) -> None:
    person = a_person(session)
    for _ in range(4):
        enter(session, person, now, matches=False)
    assert enter(session, person, now)
    for _ in range(4):
        enter(session, person, now, matches=False)
    assert enter(session, person, now)


@pytest.mark.parametrize("state", [{"active": False}, {"email_confirmed_at": None}])
def test_closed_and_unconfirmed_accounts_do_not_sign_in(session: Session, now: datetime, state: Any) -> None:
    assert enter(session, a_person(session, **state), now) is None
    assert sign_in(session, None, replaces="", lasts=HOURS, now=now) is None


def test_a_password_that_changed_after_the_comparison_does_not_open(session: Session, now: datetime) -> None:
    person = a_person(session)
    checked = Checked(credentials_of(session, person.id), matches=True)
    person.password_hash = "another"
    session.flush()
    assert sign_in(session, checked, replaces="", lasts=HOURS, now=now) is None


def test_signing_out_ends_the_session_on_the_server(session: Session, now: datetime) -> None:
    person = a_person(session)
    secret, other = enter(session, person, now), enter(session, person, now)
    sign_out(session, actor_for(session, person), secret, now=now)
    assert actor_of_session(session, fingerprint(secret), now=now, idle=IDLE).actor is PUBLIC
    assert actor_of_session(session, fingerprint(other), now=now, idle=IDLE).actor.signed_in
    sign_out(session, PUBLIC, "unknown", now=now)
    assert kinds(session, person.id).count("person.signed_out") == 1


def test_changing_the_password_keeps_this_session_and_ends_the_others(session: Session, now: datetime) -> None:
    person = a_person(session)
    here, there = enter(session, person, now), enter(session, person, now)
    actor = actor_for(session, person)
    command = ChangePassword(current_password=PASSWORD, password="another good password")
    checked = Checked(credentials_of(session, person.id), matches=True, new_hash="new hash")
    change_password(session, actor, command, checked=checked, keep=here, now=now)
    session.refresh(person)
    assert person.password_hash == "new hash"
    assert actor_of_session(session, fingerprint(here), now=now, idle=IDLE).actor.signed_in
    assert not actor_of_session(session, fingerprint(there), now=now, idle=IDLE).actor.signed_in


def test_changing_the_password_needs_the_present_one_and_a_good_new_one(session: Session, now: datetime) -> None:
    person = a_person(session)
    actor, known = actor_for(session, person), credentials_of(session, person.id)
    good = ChangePassword(current_password="x", password="another good password")
    with pytest.raises(RulesViolatedError, match="present password"):
        change_password(session, actor, good, checked=Checked(known, matches=False, new_hash="n"), keep="", now=now)
    poor = ChangePassword(current_password=PASSWORD, password="short")
    with pytest.raises(RulesViolatedError, match="12 characters"):
        change_password(session, actor, poor, checked=Checked(known, matches=True, new_hash="n"), keep="", now=now)
    with pytest.raises(NotFoundError):
        change_password(
            session, actor_for(session, a_person(session)), good, checked=Checked(known, matches=True), keep="", now=now
        )
    session.refresh(person)
    assert person.password_hash == known.password_hash


def test_a_reset_link_works_once_and_ends_every_session(session: Session, now: datetime) -> None:
    person = a_person(session, email_confirmed_at=None, failed_sign_ins=3, locked_until=now + timedelta(minutes=5))
    request_password_reset(session, RequestPasswordReset(email=person.email), now=now)
    token = reset_token(SIGNER, credentials_of(session, person.id), now=now)
    found = person_to_reset(session, SIGNER, token, now=now)
    command = ResetPassword(password="another good password")
    reset_password(session, found, command, new_hash="new", now=now)
    session.refresh(person)
    assert (person.password_hash, person.locked_until, person.email_confirmed_at) == ("new", None, now)
    with pytest.raises(NotFoundError):
        person_to_reset(session, SIGNER, token, now=now)
    with pytest.raises(NotFoundError):
        reset_password(session, found, command, new_hash="newer", now=now)
    assert kinds(session, person.id) == ["password.reset_requested", "person.email_confirmed", "password.changed"]


def test_asking_for_a_link_says_nothing_about_unknown_and_closed_accounts(session: Session, now: datetime) -> None:
    closed = a_person(session, active=False)
    request_password_reset(session, RequestPasswordReset(email=closed.email), now=now)
    request_password_reset(session, RequestPasswordReset(email="nobody@example.org"), now=now)
    assert kinds(session) == []


def test_a_reset_refuses_a_poor_password_and_a_late_link(session: Session, now: datetime) -> None:
    person = a_person(session)
    known = credentials_of(session, person.id)
    token = reset_token(SIGNER, known, now=now)
    with pytest.raises(NotFoundError):
        person_to_reset(session, SIGNER, token, now=now + timedelta(hours=2, seconds=1))
    with pytest.raises(RulesViolatedError, match="e-mail address"):
        reset_password(session, known, ResetPassword(password=person.email), new_hash="n", now=now)


def test_a_person_says_how_they_are_written_to(session: Session, now: datetime) -> None:
    person = a_person(session)
    command = UpdatePerson(name="New Name", language="fr", zone="Asia/Yerevan")
    update_person(session, actor_for(session, person), command, now=now)
    update_person(session, actor_for(session, person), command, now=now)
    session.refresh(person)
    assert (person.name, person.language, person.zone) == ("New Name", "fr", "Asia/Yerevan")
    assert session.scalars(sa.select(Event.facts)).all() == [{"fields": ["language", "name", "zone"]}]
    with pytest.raises(SignInRequiredError):
        update_person(session, PUBLIC, command, now=now)

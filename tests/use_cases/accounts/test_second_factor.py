"""The second step from its first code to its end: what counts once, what is counted, what is told and what is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RecoveryCode, SecondFactor, SignInSession
from app.accounts.queries import actor_of_session, credentials_of, has_second_factor, second_factor_of, secret_to_show
from app.accounts.rules.second_factor import FRESH, RECOVERY_CODES, StepOutcome, code_at, step_of
from app.accounts.schemas import Checked, HalfSignedIn, SecondStepWanted
from app.accounts.use_cases.confirm_second_step import confirm_second_step
from app.accounts.use_cases.deactivate_person import deactivate_person
from app.accounts.use_cases.enrol_second_factor import confirm_second_factor, enrol_second_factor
from app.accounts.use_cases.new_recovery_codes import new_recovery_codes
from app.accounts.use_cases.remove_second_factor import remove_second_factor
from app.accounts.use_cases.sign_in import sign_in
from app.accounts.use_cases.sign_in_with_code import person_to_step_up, second_step_token, sign_in_with_code
from app.audit.models import Event
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import PUBLIC, Actor
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SecondStepRequiredError,
    SignInRequiredError,
)
from app.infra.tokens import TokenSigner, fingerprint
from app.infra.vault import Vault
from tests.builders.people import DEVICE, a_person, actor_for, an_administrator, code_of, with_second_factor

VAULT, SIGNER = Vault("a key"), TokenSigner("a key")
HOURS, IDLE = timedelta(hours=12), timedelta(hours=12)
HALF_MINUTE = timedelta(seconds=30)


def kinds(session: Session, person: Person) -> list[str]:
    found = session.scalars(sa.select(Event.kind).where(Event.subject_id == person.id).order_by(Event.seq))
    return [kind for kind in found if kind.startswith(("second", "recovery", "person.signed"))]


def checked(session: Session, person: Person, *, matches: bool = True) -> Checked:
    known = credentials_of(session, person.id)
    assert known is not None
    return Checked(known, matches)


def by_password(session: Session, person: Person, now: datetime) -> Any:
    return sign_in(session, checked(session, person), replaces="", lasts=HOURS, now=now)


def by_code(session: Session, person: Person, typed: str, now: datetime, *, replaces: str = "") -> Any:
    half = HalfSignedIn(checked(session, person).credentials, typed)
    return sign_in_with_code(session, VAULT, half, replaces=replaces, lasts=HOURS, now=now)


def who(session: Session, secret: str, now: datetime) -> Actor:
    return actor_of_session(session, fingerprint(secret), now=now, idle=IDLE).actor


@pytest.fixture
def person(session: Session) -> Person:
    """Somebody with a device."""
    made = a_person(session)
    with_second_factor(session, made.id, VAULT)
    return made


def enrolled(session: Session, person: Person, now: datetime, *, keep: str = "") -> tuple[str, ...]:
    actor = actor_for(session, person)
    enrol_second_factor(session, actor, VAULT, checked=checked(session, person), now=now)
    secret = secret_to_show(session, VAULT, person.id)
    assert secret is not None
    return confirm_second_factor(session, actor, VAULT, code_at(secret, step_of(now)), keep=keep, now=now)


def test_a_device_counts_from_its_first_code_and_its_secret_is_never_shown_again(
    session: Session, now: datetime
) -> None:
    person = a_person(session)
    here, there = by_password(session, person, now), by_password(session, person, now)
    actor = actor_for(session, person)
    enrol_second_factor(session, actor, VAULT, checked=checked(session, person), now=now)
    secret = secret_to_show(session, VAULT, person.id)
    assert secret is not None
    assert secret not in str(session.scalars(sa.select(SecondFactor.secret)).all())
    assert not has_second_factor(session, person.id)
    assert isinstance(by_password(session, person, now), str), "nothing is asked for before the first code"
    with pytest.raises(RulesViolatedError, match="does not count"):
        confirm_second_factor(session, actor, VAULT, "000000", keep=here, now=now)
    codes = confirm_second_factor(session, actor, VAULT, code_at(secret, step_of(now)), keep=here, now=now)
    assert len(set(codes)) == RECOVERY_CODES
    assert not set(codes) & set(session.scalars(sa.select(RecoveryCode.fingerprint)))
    assert has_second_factor(session, person.id)
    assert secret_to_show(session, VAULT, person.id) is None
    assert who(session, here, now).stepped_up
    assert who(session, there, now) is PUBLIC
    assert by_code(session, person, code_at(secret, step_of(now)), now).outcome is StepOutcome.WRONG, "it was used"
    assert kinds(session, person)[-2:] == ["second_factor.enrolled", "second_step.failed"]
    assert verify_chains(session).whole


def test_who_begins_again_gets_another_secret_and_who_has_one_none(session: Session, now: datetime) -> None:
    person = a_person(session)
    actor = actor_for(session, person)
    secrets = set()
    for _ in range(2):
        enrol_second_factor(session, actor, VAULT, checked=checked(session, person), now=now)
        secrets.add(secret_to_show(session, VAULT, person.id))
    assert len(secrets) == 2
    with_second_factor(session, person.id, VAULT)
    with pytest.raises(RulesViolatedError, match="already"):
        enrol_second_factor(session, actor, VAULT, checked=checked(session, person), now=now)
    with pytest.raises(RulesViolatedError, match="already"):
        confirm_second_factor(session, actor, VAULT, code_of(now), keep="", now=now)


def test_an_open_browser_is_not_enough_to_set_up_a_device(session: Session, now: datetime) -> None:
    person, other = a_person(session), a_person(session)
    actor = actor_for(session, person)
    with pytest.raises(RulesViolatedError, match="present password"):
        enrol_second_factor(session, actor, VAULT, checked=checked(session, person, matches=False), now=now)
    with pytest.raises(RulesViolatedError, match="present password"):
        enrol_second_factor(session, actor, VAULT, checked=checked(session, other), now=now)
    program = Actor(person_id=person.id, token_scopes=frozenset({"write"}))
    with pytest.raises(NotPermittedError):
        enrol_second_factor(session, program, VAULT, checked=checked(session, person), now=now)
    with pytest.raises(RulesViolatedError, match="Nothing waits"):
        confirm_second_factor(session, actor, VAULT, "123456", keep="", now=now)
    assert second_factor_of(session, person.id) is None


def test_the_password_alone_opens_nothing(session: Session, person: Person, now: datetime) -> None:
    wanted = by_password(session, person, now)
    assert isinstance(wanted, SecondStepWanted)
    assert wanted.credentials.person_id == person.id
    assert session.scalars(sa.select(SignInSession.id)).all() == []
    assert kinds(session, person) == []
    entered = by_code(session, person, code_of(now), now)
    assert who(session, entered.secret, now).person_id == person.id
    assert who(session, entered.secret, now).stepped_up
    assert kinds(session, person) == ["second_step.confirmed", "person.signed_in"]


def test_a_code_opens_one_session_and_no_second(session: Session, person: Person, now: datetime) -> None:
    assert by_code(session, person, code_of(now), now).secret
    assert by_code(session, person, code_of(now), now).outcome is StepOutcome.WRONG
    assert by_code(session, person, code_of(now), now + HALF_MINUTE).outcome is StepOutcome.WRONG
    assert by_code(session, person, code_of(now - HALF_MINUTE), now).outcome is StepOutcome.WRONG, "an earlier one"
    assert by_code(session, person, code_of(now + HALF_MINUTE), now).secret


def test_the_session_that_was_planted_ends_at_the_code(session: Session, person: Person, now: datetime) -> None:
    planted = by_password(session, a_person(session), now)
    by_code(session, person, code_of(now), now, replaces=planted)
    assert who(session, planted, now) is PUBLIC


def test_a_confirmation_counts_ten_minutes_in_one_browser(session: Session, person: Person, now: datetime) -> None:
    here = by_code(session, person, code_of(now), now).secret
    there = by_code(session, person, code_of(now + HALF_MINUTE), now + HALF_MINUTE).secret
    later = now + FRESH
    assert not who(session, here, later).stepped_up
    typed = code_of(later)
    actor = actor_for(session, person)
    assert confirm_second_step(session, VAULT, actor, typed, secret=here, now=later) is StepOutcome.ACCEPTED
    assert who(session, here, later).stepped_up
    assert not who(session, there, later + HALF_MINUTE).stepped_up


def test_a_program_confirms_one_request_and_no_browser(session: Session, person: Person, now: datetime) -> None:
    there = by_code(session, person, code_of(now - HALF_MINUTE), now - HALF_MINUTE).secret
    later = now + FRESH
    actor = actor_for(session, person)
    assert confirm_second_step(session, VAULT, actor, code_of(later), secret="", now=later) is StepOutcome.ACCEPTED
    assert not who(session, there, later).stepped_up
    with pytest.raises(SignInRequiredError):
        confirm_second_step(session, VAULT, PUBLIC, code_of(later), secret="", now=later)


def test_five_wrong_codes_pause_even_the_right_one_and_warn_the_owner(
    session: Session, person: Person, now: datetime
) -> None:
    for _ in range(5):
        assert by_code(session, person, "000000", now).outcome is StepOutcome.WRONG
    assert by_code(session, person, code_of(now), now).outcome is StepOutcome.PAUSED
    assert kinds(session, person) == [*["second_step.failed"] * 5, "second_step.paused"]
    actor = actor_for(session, person)
    assert confirm_second_step(session, VAULT, actor, code_of(now), secret="", now=now) is StepOutcome.PAUSED
    later = now + timedelta(minutes=15)
    assert by_code(session, person, code_of(later), later).secret


def test_a_right_code_starts_the_count_anew(session: Session, person: Person, now: datetime) -> None:
    for _ in range(2):
        for _ in range(4):
            by_code(session, person, "000000", now)
        assert by_code(session, person, code_of(now), now).secret
        now += HALF_MINUTE


def test_a_recovery_code_stands_in_once_and_the_owner_hears_of_it(session: Session, now: datetime) -> None:
    person, other = a_person(session), a_person(session)
    codes = enrolled(session, person, now)
    enrolled(session, other, now)
    assert by_code(session, other, codes[0], now).outcome is StepOutcome.WRONG
    assert by_code(session, person, codes[0].upper().replace("-", " "), now).secret
    assert by_code(session, person, codes[0], now).outcome is StepOutcome.WRONG
    assert kinds(session, person)[1:4] == ["recovery_code.used", "second_step.confirmed", "person.signed_in"]
    assert second_factor_of(session, person.id).recovery_codes_left == RECOVERY_CODES - 1  # type: ignore[union-attr]


def test_new_recovery_codes_end_the_old_ones_and_take_a_second_step(session: Session, now: datetime) -> None:
    person = a_person(session)
    old = enrolled(session, person, now)
    actor = actor_for(session, person)
    with pytest.raises(SecondStepRequiredError):
        new_recovery_codes(session, actor, now=now)
    fresh_actor = Actor(person_id=person.id, stepped_up=True)
    new = new_recovery_codes(session, fresh_actor, now=now)
    assert not set(new) & set(old)
    assert by_code(session, person, old[0], now).outcome is StepOutcome.WRONG
    assert by_code(session, person, new[0], now).secret
    with pytest.raises(SecondStepRequiredError, match="Set it up"):
        new_recovery_codes(session, Actor(person_id=a_person(session).id, stepped_up=True), now=now)


def test_removing_takes_a_second_step_and_leaves_nothing(session: Session, now: datetime) -> None:
    person, other = a_person(session), a_person(session)
    enrolled(session, person, now)
    enrolled(session, other, now)
    with pytest.raises(SecondStepRequiredError):
        remove_second_factor(session, actor_for(session, person), now=now)
    later = now + HALF_MINUTE
    inside = by_code(session, person, enrolled_code(session, person, later), later).secret
    remove_second_factor(session, who(session, inside, later), now=later)
    assert second_factor_of(session, person.id) is None
    assert session.scalars(sa.select(RecoveryCode.id).where(RecoveryCode.person_id == person.id)).all() == []
    assert not who(session, inside, later).stepped_up
    assert isinstance(by_password(session, person, later), str)
    assert kinds(session, person).count("second_factor.removed") == 1
    remove_second_factor(session, Actor(person_id=person.id, stepped_up=True), now=later)
    assert kinds(session, person).count("second_factor.removed") == 1
    assert has_second_factor(session, other.id)


def enrolled_code(session: Session, person: Person, now: datetime) -> str:
    sealed = session.scalars(sa.select(SecondFactor.secret).where(SecondFactor.person_id == person.id)).one()
    return code_at(VAULT.open(sealed, about=str(person.id)), step_of(now))


def test_closing_an_account_ends_its_second_step(session: Session, person: Person, now: datetime) -> None:
    administrator = actor_for(session, an_administrator(session))
    deactivate_person(session, administrator, person.id, now=now)
    assert second_factor_of(session, person.id) is None
    assert by_code(session, person, code_of(now), now).outcome is StepOutcome.MISSING


def test_the_secret_of_one_person_does_not_open_as_that_of_another(
    session: Session, person: Person, now: datetime
) -> None:
    other = a_person(session)
    with_second_factor(session, other.id, VAULT, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    sealed = session.scalars(sa.select(SecondFactor.secret).where(SecondFactor.person_id == other.id)).one()
    session.execute(sa.update(SecondFactor).where(SecondFactor.person_id == person.id).values(secret=sealed))
    with pytest.raises(ValueError, match="something else"):
        by_code(session, person, code_of(now), now)


def test_between_password_and_code_lie_ten_minutes_and_one_password(
    session: Session, person: Person, now: datetime
) -> None:
    known = checked(session, person).credentials
    token = second_step_token(SIGNER, known, now=now)
    assert person_to_step_up(session, SIGNER, token, now=now + timedelta(minutes=10)).person_id == person.id
    for wrong in (token + "x", "", "a.b"):
        with pytest.raises(NotFoundError):
            person_to_step_up(session, SIGNER, wrong, now=now)
    with pytest.raises(NotFoundError):
        person_to_step_up(session, SIGNER, token, now=now + timedelta(minutes=10, seconds=1))
    person.password_hash = "another"
    session.flush()
    with pytest.raises(NotFoundError):
        person_to_step_up(session, SIGNER, token, now=now)
    late = sign_in_with_code(session, VAULT, HalfSignedIn(known, code_of(now)), replaces="", lasts=HOURS, now=now)
    assert late.outcome is StepOutcome.MISSING
    assert DEVICE not in str(session.scalars(sa.select(Event.facts)).all())

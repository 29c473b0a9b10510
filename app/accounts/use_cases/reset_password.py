"""A forgotten password: ask for a link, set a new password by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.events import EmailConfirmed, PasswordResetRequested
from app.accounts.queries import credentials_of_email, person_for_update
from app.accounts.rules.links import RESET_PASSWORD, bond
from app.accounts.rules.passwords import check_password
from app.accounts.schemas import Credentials, RequestPasswordReset, ResetPassword
from app.accounts.use_cases.change_password import replace_password
from app.accounts.use_cases.open_link import person_of_link
from app.audit.use_cases.record_event import record_event
from app.core.actor import PUBLIC, Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.infra.tokens import TokenSigner


def request_password_reset(session: Session, command: RequestPasswordReset, *, now: datetime) -> None:
    """Have a link sent to the address, if there is an open account; the asker cannot tell."""
    found = credentials_of_email(session, command.email)
    if found is not None and found.active:
        record_event(session, PUBLIC, PasswordResetRequested(subject_id=found.person_id), now=now)


def reset_token(signer: TokenSigner, credentials: Credentials, *, now: datetime) -> str:
    """What the mail carries; it works once, because it dies with the password it was made for."""
    facts = {"person": str(credentials.person_id), "bond": bond(credentials.password_hash)}
    return signer.sign(RESET_PASSWORD.purpose, facts, expires_at=now + RESET_PASSWORD.lasts)


def person_to_reset(session: Session, signer: TokenSigner, token: str, *, now: datetime) -> Credentials:
    """Whose password the link sets; raise NotFound for a link that is wrong, old or used."""
    return person_of_link(session, signer, RESET_PASSWORD, token, now=now)


def reset_password(
    session: Session, credentials: Credentials, command: ResetPassword, *, new_hash: str, now: datetime
) -> None:
    """Set the password of the link's person and end every sign-in. The mailbox is proven, so the address is confirmed.

    Raise RulesViolated for a password that is not accepted, NotFound where the link was used in between.
    """
    person = person_for_update(session, credentials.person_id)
    if person is None or not person.active or person.password_hash != credentials.password_hash:
        raise NotFoundError("link")
    if found := check_password(command.password.get_secret_value(), email=person.email):
        raise RulesViolatedError(found)
    if person.email_confirmed_at is None:
        person.email_confirmed_at = now
        record_event(session, Actor(person_id=person.id), EmailConfirmed(subject_id=person.id), now=now)
    replace_password(session, person, new_hash, now=now)

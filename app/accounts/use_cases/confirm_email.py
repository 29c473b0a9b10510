"""Confirm an e-mail address by the link in the mail and the password chosen at registration.

The link alone opens nothing: whoever registers with the address of another cannot have
the owner of the mailbox open the account for them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.events import EmailConfirmed
from app.accounts.queries import person_for_update
from app.accounts.rules.links import CONFIRM_EMAIL, bond
from app.accounts.schemas import Checked, Credentials
from app.accounts.use_cases.open_link import person_of_link
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.infra.tokens import TokenSigner


def confirmation_token(signer: TokenSigner, credentials: Credentials, *, now: datetime) -> str:
    """What the mail carries; it dies when the registration is replaced or the password changes."""
    facts = {"person": str(credentials.person_id), "bond": bond(credentials.password_hash)}
    return signer.sign(CONFIRM_EMAIL.purpose, facts, expires_at=now + CONFIRM_EMAIL.lasts)


def person_to_confirm(session: Session, signer: TokenSigner, token: str, *, now: datetime) -> Credentials:
    """Whose address the link confirms; raise NotFound for a link that is wrong, old or used."""
    found = person_of_link(session, signer, CONFIRM_EMAIL, token, now=now)
    if found.confirmed:
        raise NotFoundError("link")
    return found


def confirm_email(session: Session, checked: Checked, *, now: datetime) -> None:
    """The address is the person's.

    Raise RulesViolated for a wrong password, NotFound where the link died in between.
    """
    if not checked.matches:
        raise RulesViolatedError(
            [
                Violation(
                    "account.confirm_password",
                    "This is not the password that was chosen when this address was registered.",
                    "password",
                    cure="If you did not register, do nothing, or set a password of your own.",
                )
            ]
        )
    person = person_for_update(session, checked.credentials.person_id)
    if (
        person is None
        or person.password_hash != checked.credentials.password_hash
        or person.email_confirmed_at is not None
    ):
        raise NotFoundError("link")
    person.email_confirmed_at = now
    record_event(session, Actor(person_id=person.id), EmailConfirmed(subject_id=person.id), now=now)

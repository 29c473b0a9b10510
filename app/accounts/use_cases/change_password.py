"""Change one's own password, knowing the present one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.events import PasswordChanged
from app.accounts.models import Person
from app.accounts.queries import person_for_update
from app.accounts.rules.passwords import check_password
from app.accounts.schemas import ChangePassword, Checked
from app.accounts.use_cases.sign_out import end_sign_ins
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation

WRONG = Violation("account.current_password", "This is not your present password.", "current_password")


def change_password(
    session: Session, actor: Actor, command: ChangePassword, *, checked: Checked, keep: str, now: datetime
) -> None:
    """Set the new password where the present one matches; end all sign-ins but the one of the secret ``keep``.

    Raise RulesViolated for a wrong present password or for a new one that is not accepted.
    """
    known = checked.credentials
    person = person_for_update(session, known.person_id)
    if person is None or person.id != actor.person_id:
        raise NotFoundError("account")
    if not checked.matches or person.password_hash != known.password_hash:
        raise RulesViolatedError([WRONG])
    if found := check_password(command.password.get_secret_value(), email=person.email):
        raise RulesViolatedError(found)
    replace_password(session, person, checked.new_hash, keep=keep, now=now)


def replace_password(session: Session, person: Person, new_hash: str, *, keep: str = "", now: datetime) -> None:
    """A new password is in force: the pause ends, and so do all sign-ins but the one of ``keep``."""
    owner = Actor(person_id=person.id)
    person.password_hash, person.failed_sign_ins, person.locked_until = new_hash, 0, None
    end_sign_ins(session, owner, keep=keep)
    record_event(session, owner, PasswordChanged(subject_id=person.id), now=now)

"""Set up a second step: a secret for the device, in force once the device has shown its first code."""

from __future__ import annotations

from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from app.accounts.events import SecondFactorEnrolled
from app.accounts.models import SecondFactor
from app.accounts.policies import require_browser
from app.accounts.queries import person_for_update, second_factor_for_update
from app.accounts.rules.second_factor import WRONG_CODE, matching_step
from app.accounts.schemas import Checked
from app.accounts.use_cases.change_password import WRONG
from app.accounts.use_cases.confirm_second_step import step_up
from app.accounts.use_cases.new_recovery_codes import replace_recovery_codes
from app.accounts.use_cases.sign_out import end_sign_ins
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.infra.vault import Vault

HAS_ONE = Violation(
    "second_factor.has_one", "You have a second step already.", cure="Remove it first to set up another device."
)
NOT_BEGUN = Violation("second_factor.not_begun", "Nothing waits for a code.", cure="Begin again.")


def enrol_second_factor(session: Session, actor: Actor, vault: Vault, *, checked: Checked, now: datetime) -> None:
    """Make the secret for the device; one that was never confirmed is replaced.

    The present password is asked for, so that who finds an open browser cannot set up a device of their own.
    Raise RulesViolated for a wrong password and where a second step is in force, NotPermitted for a program.
    """
    person_id = require_browser(actor)
    person = person_for_update(session, person_id)
    known = checked.credentials
    if person is None or known.person_id != person_id or not checked.matches:
        raise RulesViolatedError([WRONG])
    if person.password_hash != known.password_hash:
        raise RulesViolatedError([WRONG])
    factor = second_factor_for_update(session, person_id)
    if factor is not None and factor.confirmed_at is not None:
        raise RulesViolatedError([HAS_ONE])
    if factor is None:
        factor = SecondFactor(person_id=person_id, last_step=-1, wrong=0)
        session.add(factor)
    factor.secret, factor.created_at = vault.seal(pyotp.random_base32(), about=str(person_id)), now


def confirm_second_factor(
    session: Session, actor: Actor, vault: Vault, typed: str, *, keep: str, now: datetime
) -> tuple[str, ...]:
    """Put the second step in force by its first code; the recovery codes, which are shown this once.

    The sign-in of the secret ``keep`` counts as stepped up, all others end: a password alone opened them. Raise RulesViolated for a code that does not fit and where nothing was begun.
    """
    person_id = require_browser(actor)
    factor = second_factor_for_update(session, person_id)
    if factor is None or factor.confirmed_at is not None:
        raise RulesViolatedError([NOT_BEGUN if factor is None else HAS_ONE])
    step = matching_step(vault.open(factor.secret, about=str(person_id)), typed, last_step=factor.last_step, now=now)
    if step is None:
        raise RulesViolatedError([WRONG_CODE])
    factor.confirmed_at, factor.last_step = now, step
    codes = replace_recovery_codes(session, person_id)
    end_sign_ins(session, actor, keep=keep)
    step_up(session, keep, now=now)
    record_event(session, actor, SecondFactorEnrolled(subject_id=person_id), now=now)
    return codes

"""Confirm the second step: a code of the device, or a recovery code; it counts for a while, in this browser only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import RecoveryCodeUsed, SecondStepConfirmed, SecondStepFailed, SecondStepPaused
from app.accounts.models import RecoveryCode, SecondFactor, SignInSession
from app.accounts.queries import second_factor_for_update
from app.accounts.rules.second_factor import StepOutcome, matching_step, plain_recovery_code
from app.accounts.rules.sign_in import after_wrong, paused
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import SignInRequiredError
from app.infra.tokens import fingerprint
from app.infra.vault import Vault


def confirm_second_step(
    session: Session, vault: Vault, actor: Actor, typed: str, *, secret: str, now: datetime
) -> StepOutcome:
    """Check the code of the actor's own second step; where it fits, the sign-in of ``secret`` counts as stepped up.

    A wrong code is counted and recorded, so this answers instead of raising: what it wrote must be kept.
    ``secret`` is empty for a program, whose code counts for one request. Raise SignInRequired for nobody.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    outcome = check_code(session, vault, actor.person_id, typed, now=now)
    if outcome is StepOutcome.ACCEPTED and secret:
        step_up(session, secret, now=now)
    return outcome


def check_code(session: Session, vault: Vault, person_id: UUID, typed: str, *, now: datetime) -> StepOutcome:
    """For other use cases: use the code up, or count one more wrong one, and record which it was."""
    factor = second_factor_for_update(session, person_id)
    if factor is None or factor.confirmed_at is None:
        return StepOutcome.MISSING
    if paused(factor.paused_until, now=now):
        return StepOutcome.PAUSED
    owner = Actor(person_id=person_id)
    step = matching_step(vault.open(factor.secret, about=str(person_id)), typed, last_step=factor.last_step, now=now)
    if step is not None:
        factor.last_step = step
    elif not _recovered(session, person_id, typed, now=now):
        return _wrong(session, factor, now=now)
    factor.wrong, factor.paused_until = 0, None
    how = "code" if step is not None else "recovery_code"
    record_event(session, owner, SecondStepConfirmed(subject_id=person_id, facts={"how": how}), now=now)
    return StepOutcome.ACCEPTED


def step_up(session: Session, secret: str, *, now: datetime) -> None:
    """For other use cases that checked a code: the sign-in of this secret confirmed its second step now."""
    this = SignInSession.fingerprint == fingerprint(secret)
    session.execute(sa.update(SignInSession).where(this).values(stepped_up_at=now))


def _recovered(session: Session, person_id: UUID, typed: str, *, now: datetime) -> bool:
    """Whether the text is an unused recovery code of the person, which is used up by it."""
    used = session.scalar(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.fingerprint == fingerprint(plain_recovery_code(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if used is not None:
        record_event(session, Actor(person_id=person_id), RecoveryCodeUsed(subject_id=person_id), now=now)
    return used is not None


def _wrong(session: Session, factor: SecondFactor, *, now: datetime) -> StepOutcome:
    owner = Actor(person_id=factor.person_id)
    factor.wrong, factor.paused_until = after_wrong(factor.wrong, now=now)
    record_event(session, owner, SecondStepFailed(subject_id=factor.person_id), now=now)
    if factor.paused_until is not None:
        record_event(session, owner, SecondStepPaused(subject_id=factor.person_id), now=now)
    return StepOutcome.WRONG

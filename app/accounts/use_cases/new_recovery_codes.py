"""New recovery codes: the old ones stop working."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import RecoveryCodesMade
from app.accounts.models import RecoveryCode
from app.accounts.policies import require_browser, require_second_step
from app.accounts.queries import has_second_factor
from app.accounts.rules.second_factor import RECOVERY_BYTES, RECOVERY_CODES, plain_recovery_code, recovery_code
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import SecondStepRequiredError
from app.infra.ids import new_id
from app.infra.tokens import fingerprint


def new_recovery_codes(session: Session, actor: Actor, *, now: datetime) -> tuple[str, ...]:
    """The codes, which are stored nowhere and shown once; earlier ones end.

    Raise SecondStepRequired unless the second step was confirmed a short while ago, NotPermitted for a program.
    """
    person_id = require_browser(actor)
    require_second_step(actor)
    if not has_second_factor(session, person_id):
        raise SecondStepRequiredError(enrolled=False)
    codes = replace_recovery_codes(session, person_id)
    record_event(session, actor, RecoveryCodesMade(subject_id=person_id), now=now)
    return codes


def replace_recovery_codes(session: Session, person_id: UUID) -> tuple[str, ...]:
    """For other use cases that have already decided: these codes and no others work from now on."""
    codes = tuple(recovery_code(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all(
        RecoveryCode(id=new_id(), person_id=person_id, fingerprint=fingerprint(plain_recovery_code(code)))
        for code in codes
    )
    session.flush()
    return codes

"""The second half of a sign-in: the password fitted, the code opens the session."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.queries import person_for_update
from app.accounts.rules.links import SECOND_STEP, bond
from app.accounts.rules.second_factor import StepOutcome
from app.accounts.schemas import Credentials, Entered, HalfSignedIn
from app.accounts.use_cases.confirm_second_step import check_code
from app.accounts.use_cases.open_link import person_of_link
from app.accounts.use_cases.sign_in import open_session
from app.infra.tokens import TokenSigner
from app.infra.vault import Vault


def second_step_token(signer: TokenSigner, credentials: Credentials, *, now: datetime) -> str:
    """What the browser keeps between password and code: no session yet, so nothing else can take it for one."""
    facts = {"person": str(credentials.person_id), "bond": bond(credentials.password_hash)}
    return signer.sign(SECOND_STEP.purpose, facts, expires_at=now + SECOND_STEP.lasts)


def person_to_step_up(session: Session, signer: TokenSigner, token: str, *, now: datetime) -> Credentials:
    """Who typed the password; raise NotFound where that was too long ago or another password is in force since."""
    return person_of_link(session, signer, SECOND_STEP, token, now=now)


def sign_in_with_code(
    session: Session, vault: Vault, half: HalfSignedIn, *, replaces: str, lasts: timedelta, now: datetime
) -> Entered:
    """Open the session by the code, stepped up at once; otherwise say why not.

    A wrong code is counted and recorded, so nothing is raised. ``replaces`` is the secret that the browser held until now: that session ends.
    """
    person = person_for_update(session, half.credentials.person_id)
    if person is None or not person.active or person.password_hash != half.credentials.password_hash:
        return Entered(StepOutcome.MISSING)
    outcome = check_code(session, vault, person.id, half.typed, now=now)
    if outcome is not StepOutcome.ACCEPTED:
        return Entered(outcome)
    return Entered(outcome, open_session(session, person.id, replaces=replaces, lasts=lasts, now=now, stepped_up=True))

"""Make a key with which a program acts for its person, or end one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import ApiTokenCreated, ApiTokenRevoked
from app.accounts.models import ApiToken
from app.accounts.queries import live_tokens, person_for_update
from app.accounts.rules.tokens import MOST_TOKENS
from app.accounts.schemas import CreateApiToken
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret


def create_api_token(session: Session, actor: Actor, command: CreateApiToken, *, now: datetime) -> str:
    """The secret, which is stored nowhere and shown once.

    Names of living tokens differ, so a form that is sent twice makes one. Raise NotPermitted
    for a program (a token makes no tokens), RulesViolated for a name in use or too many tokens.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    if actor.token_scopes is not None:
        raise NotPermittedError("A program cannot make tokens. Sign in with a browser.")
    person_for_update(session, actor.person_id)
    living = live_tokens(session, actor.person_id, now=now)
    if any(token.name.casefold() == command.name.casefold() for token in living):
        raise RulesViolatedError(
            [Violation("account.token_name", "You have a token of this name. Choose another name.", "name")]
        )
    if len(living) >= MOST_TOKENS:
        raise RulesViolatedError(
            [Violation("account.most_tokens", "You have {most} tokens. End one first.", "name", {"most": MOST_TOKENS})]
        )
    secret = new_secret()
    scopes = sorted(set(command.scopes))
    row = ApiToken(
        id=new_id(),
        person_id=actor.person_id,
        name=command.name,
        fingerprint=fingerprint(secret),
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=command.days),
    )
    session.add(row)
    session.flush()
    facts = {"token": row.id, "scopes": scopes}
    record_event(session, actor, ApiTokenCreated(subject_id=actor.person_id, facts=facts), now=now)
    return secret


def revoke_api_token(session: Session, actor: Actor, token_id: UUID, *, now: datetime) -> None:
    """End one of the actor's own tokens at once. Raise NotFound for any other."""
    ended = session.scalar(
        sa.update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == actor.person_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.person_id)
    )
    if ended is None:
        raise NotFoundError("token")
    record_event(session, actor, ApiTokenRevoked(subject_id=ended, facts={"token": token_id}), now=now)

"""The unit of work: one request, one thread, one transaction, committed before the answer leaves.

In one thread: open the session, load the actor, check the guard, run the use case,
render to bytes, commit. A serialization failure or deadlock runs the closure again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.accounts.models import SignInSession
from app.accounts.queries import KnownActor, actor_of_session, actor_of_token, as_delegate
from app.accounts.rules.second_factor import StepOutcome
from app.accounts.use_cases.confirm_second_step import confirm_second_step
from app.core.actor import PUBLIC, Actor
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError, TryAgainError
from app.core.violations import Violation
from app.delivery.guards import Guard, SteppedUp
from app.delivery.incoming import Incoming, TypedCode
from app.delivery.second_steps import refuse_code
from app.infra.db.constraints import violation_of
from app.infra.db.engine import may_retry
from app.infra.tokens import fingerprint

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

ATTEMPTS = 3
MAX_REQUEST_AGE = timedelta(seconds=60)
"""No request is committed later than this after it arrived: what waits for it need not wait longer."""
TOUCH_EVERY = timedelta(minutes=5)
TOO_LONG = frozenset({"55P03", "57014"})
"""A lock or a statement took longer than a request may wait."""
NOT_IN_FORCE = "The delegation in the header Acting-For is not yours, is not in force, or was not taken up yet."
UNSTORABLE = Violation(
    "input.unstorable",
    "Something in this request cannot be stored: a control character, or a figure that is too large.",
)


class Kind(Enum):
    """Whether a request may change anything."""

    READ = "read"
    WRITE = "write"


READ, WRITE = Kind.READ, Kind.WRITE


@dataclass(frozen=True, slots=True)
class Work:
    """What a handler works with; ``now`` is the instant at which the request arrived."""

    session: Session
    incoming: Incoming
    known: KnownActor
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.known.actor


def run(incoming: Incoming, kind: Kind, guard: Guard, handler: Callable[[Work], Result]) -> Result:
    """Run ``handler`` for this request if ``guard`` lets its actor; raise DomainError where refused.

    A WRITE through the browser door needs the form's CSRF token.
    """
    if kind is WRITE and incoming.door == "web" and not incoming.csrf_ok:
        raise NotPermittedError(
            "This form is too old or came from another site. Go back, reload the page and send it again."
        )
    if isinstance(guard, SteppedUp) and incoming.second_step is not None and incoming.second_step.accepted is None:
        _use_code(incoming, incoming.second_step, kind, guard)
    once = _read if kind is READ else _write
    for attempt in range(1, ATTEMPTS + 1):
        try:
            result, known = once(incoming, guard, handler)
        except sa.exc.IntegrityError as error:
            raise violation_of(error) from error
        except sa.exc.DataError as error:
            raise RulesViolatedError([UNSTORABLE]) from error
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") in TOO_LONG:
                raise TryAgainError from error
            if not may_retry(error):
                raise
            log.info("transaction.again", attempt=attempt, reason=type(error.orig).__name__)
        else:
            _touch(incoming, known)
            return result
    raise TryAgainError


def _write(incoming: Incoming, guard: Guard, handler: Callable[[Work], Result]) -> tuple[Result, KnownActor]:
    with incoming.runtime.database.transaction() as session:
        known = _permitted(session, incoming, "write")
        guard(session, known.actor)
        result = handler(Work(session, incoming, known, incoming.received_at))
        session.flush()
        if incoming.runtime.clock.now() - incoming.received_at > MAX_REQUEST_AGE:
            raise TryAgainError
    return result, known


def _read(incoming: Incoming, guard: Guard, handler: Callable[[Work], Result]) -> tuple[Result, KnownActor]:
    with incoming.runtime.database.reading() as session:
        known = _permitted(session, incoming, "read")
        guard(session, known.actor)
        result = handler(Work(session, incoming, known, incoming.received_at))
    return result, known


def _use_code(incoming: Incoming, code: TypedCode, kind: Kind, guard: SteppedUp) -> None:
    """Check the code that came along, in a transaction of its own: a wrong one counts although the request is refused.

    It is neither looked at nor used up for who may not do this anyway. Raise SecondStepRequired or TooManyAttempts.
    """
    with incoming.runtime.database.transaction() as session:
        known = _permitted(session, incoming, kind.value)
        guard.inner(session, known.actor)
        if known.actor.stepped_up:  # the form was sent twice: its code is used up, and no longer needed
            return
        outcome = confirm_second_step(
            session,
            incoming.runtime.vault,
            known.actor,
            code.text,
            secret=incoming.session_secret,
            now=incoming.received_at,
        )
    code.accepted = outcome is StepOutcome.ACCEPTED
    refuse_code(outcome)


def _permitted(session: Session, incoming: Incoming, use: str) -> KnownActor:
    """Who asks; a token that is not valid is refused rather than taken for the public, and narrows what may be done."""
    known = _known(session, incoming)
    if incoming.api_token and not known.actor.signed_in:
        raise SignInRequiredError("This API token is not valid, has expired or was revoked.")
    if not known.actor.may_use(use):
        raise NotPermittedError(f"This API token was not made for this: it lacks the scope '{use}'.")
    return known


def _known(session: Session, incoming: Incoming) -> KnownActor:
    known = _remembered(session, incoming)
    if not known.actor.signed_in:
        return replace(known, language=incoming.language)
    if incoming.second_step is not None and incoming.second_step.accepted:
        return replace(known, actor=replace(known.actor, stepped_up=True))
    return known


def _remembered(session: Session, incoming: Incoming) -> KnownActor:
    now = incoming.received_at
    if incoming.api_token:
        return _acting_program(session, incoming, actor_of_token(session, fingerprint(incoming.api_token), now=now))
    if incoming.session_secret:
        idle = timedelta(minutes=incoming.runtime.settings.idle_minutes)
        known = actor_of_session(session, fingerprint(incoming.session_secret), now=now, idle=idle)
        other = as_delegate(session, known.actor, known.acting_by, now=now) if known.acting_by else None
        return known if other is None else replace(known, actor=other)
    return KnownActor(PUBLIC)


def _acting_program(session: Session, incoming: Incoming, known: KnownActor) -> KnownActor:
    """A program says with each request for whom it acts; what is not in force is refused, never taken for its own act."""
    if not incoming.acting_for or not known.actor.signed_in:
        return known
    try:
        wanted = UUID(incoming.acting_for)
    except ValueError:
        raise NotPermittedError(NOT_IN_FORCE) from None
    other = as_delegate(session, known.actor, wanted, now=incoming.received_at)
    if other is None:
        raise NotPermittedError(NOT_IN_FORCE)
    return replace(known, actor=other)


def _touch(incoming: Incoming, known: KnownActor) -> None:
    """Note that the sign-in is in use: at most every few minutes, and never at the cost of the answer."""
    if (
        known.session_id is None
        or known.last_seen_at is None
        or incoming.received_at - known.last_seen_at < TOUCH_EVERY
    ):
        return
    seen = sa.update(SignInSession).where(SignInSession.id == known.session_id)
    try:
        with incoming.runtime.database.transaction() as session:
            session.execute(seen.values(last_seen_at=incoming.received_at))
    except sa.exc.DBAPIError as error:
        log.warning("session.not_touched", reason=str(error.orig))

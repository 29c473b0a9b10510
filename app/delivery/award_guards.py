"""Guards of awards and letters: the office and who follows the money read, officers prepare, authorising officers sign."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.office_calls import call_scope
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError
from app.delivery.guards import Guard, signed_in
from app.grants import policies
from app.grants.queries.awards import call_of_award
from app.grants.queries.letters import call_of_letter

Permits = Callable[[Actor, UUID, UUID], bool]


def reads_awards(call: UUID | str) -> Guard:
    """Who may read decisions of a call before applicants do; strangers are not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        _reads(session, actor, call)

    return guard


def prepares_awards(call: UUID | str) -> Guard:
    """Who prepares decisions of a call and sends its letters."""
    return _may(lambda _session: call, policies.prepares_awards)


def signs_awards(call: UUID | str) -> Guard:
    """An authorising officer of the call."""
    return _may(lambda _session: call, policies.signs_awards)


def reads_award(award_id: UUID) -> Guard:
    """Who may read decisions of its call."""
    return _may(lambda session: call_of_award(session, award_id), policies.reads_awards)


def prepares_award(award_id: UUID) -> Guard:
    """Who prepares decisions of its call."""
    return _may(lambda session: call_of_award(session, award_id), policies.prepares_awards)


def signs_award(award_id: UUID) -> Guard:
    """An authorising officer of its call."""
    return _may(lambda session: call_of_award(session, award_id), policies.signs_awards)


def reads_letter(letter_id: UUID) -> Guard:
    """Who may read decisions of its call."""
    return _may(lambda session: call_of_letter(session, letter_id), policies.reads_awards)


def prepares_letter(letter_id: UUID) -> Guard:
    """Who sends the letters of its call."""
    return _may(lambda session: call_of_letter(session, letter_id), policies.prepares_awards)


def _may(call_of: Callable[[Session], UUID | str], permits: Permits) -> Guard:
    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        scope = _reads(session, actor, call_of(session))
        if not permits(actor, *scope):
            raise NotPermittedError

    return guard


def _reads(session: Session, actor: Actor, call: UUID | str) -> tuple[UUID, UUID]:
    signed_in(session, actor)
    scope = call_scope(session, call)
    if scope is None or not policies.reads_awards(actor, *scope):
        raise NotFoundError("call")
    return scope

"""Guards of the evaluation: who conducts it, who sits in its committee."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.delivery.guards import Guard, manages_call, signed_in
from app.evaluation.queries.committee import panel_access
from app.evaluation.queries.rankings import known_round


def runs_evaluation(call_id: UUID) -> Guard:
    """Who conducts the evaluation of the call; the rest of its office may only look."""
    return manages_call(call_id)


def committee_of(call_id: UUID) -> Guard:
    """The committee of the call's evaluation, and the office that follows the call; nobody else is told of it."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        panel_access(session, actor, known_round(session, call_id))

    return guard

"""Guards of the evaluation: who conducts it, who sits in its committee."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.delivery.guards import Guard, manages_call, signed_in
from app.evaluation.queries.committee import panel_access
from app.evaluation.queries.rounds import judged_row, round_of_call, round_row, round_rules


def runs_evaluation(call_id: UUID) -> Guard:
    """Who conducts the evaluation of the call; the rest of its office may only look."""
    return manages_call(call_id)


def committee_of(call_id: UUID) -> Guard:
    """The committee of the call's evaluation, and the office that follows the call; nobody else is told of it."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        row = round_of_call(session, call_id)
        if row is None:
            raise NotFoundError("evaluation")
        panel_access(session, actor, round_rules(session, row))

    return guard


def committee_for(application_id: UUID) -> Guard:
    """The same for an application; who has a conflict with it is not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        judged = judged_row(session, application_id)
        known = round_rules(session, round_row(session, judged.round_id))
        if application_id in panel_access(session, actor, known).hidden:
            raise NotFoundError("application")

    return guard

"""Award decisions that a person has to do with."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.applications.policies import READERS
from app.core.actor import Actor, ScopeKind
from app.core.periods import BRUSSELS, instant_in_zone
from app.grants.queries.work import award_work, told_outcomes
from app.notifications.rules.work import DecisionWork, OutcomeWork


def outcomes_of(session: Session, actor: Actor) -> Iterator[OutcomeWork]:
    """Applications of the person whose decision was sent."""
    mine = actor.ids(ScopeKind.APPLICATION, *READERS)
    for told in told_outcomes(session, mine) if mine else ():
        yield OutcomeWork(
            application_id=told.application_id,
            acronym=told.acronym,
            call=told.call,
            until=instant_in_zone(told.redress_until, 23, 59, 59, BRUSSELS),
        )


def decisions_of(session: Session, actor: Actor) -> Iterator[DecisionWork]:
    """Calls whose decisions wait for the person."""
    for one in award_work(session, actor):
        yield DecisionWork(
            call_id=one.call_id,
            call=one.call,
            title=one.title,
            prepare=one.to_prepare,
            sign=one.to_sign,
            unseen=one.unseen,
            send=one.to_send,
        )

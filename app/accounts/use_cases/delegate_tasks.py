"""Hand one's tasks to a colleague for a time, or have it done for somebody who cannot; end it at any time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.events import DelegationEnded, TasksDelegated
from app.accounts.models import Delegation, SignInSession
from app.accounts.policies import may_administer, require_own_act
from app.accounts.queries import actor_of_person, delegation_for_update, person_for_update
from app.accounts.rules.delegation import (
    DelegationState,
    Handover,
    Period,
    handover_violations,
    period_of,
    same_office,
    state_of_delegation,
)
from app.accounts.schemas import DelegateTasks
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.periods import BRUSSELS
from app.core.violations import Violation
from app.infra.ids import new_id


def delegate_tasks(session: Session, actor: Actor, person_id: UUID, wanted: DelegateTasks, *, now: datetime) -> UUID:
    """The colleague may act for the person from the first day to the last. Returns the delegation's id.

    Somebody hands over their own tasks; an administrator does it for anybody. Raise NotPermitted, NotFound for an
    unknown person, RulesViolated with everything that stands against it.
    """
    require_own_act(actor)
    if actor.person_id != person_id and not may_administer(actor):
        raise NotPermittedError
    rows = {one: person_for_update(session, one) for one in sorted({person_id, wanted.delegate_id})}
    giver, taker = rows[person_id], rows[wanted.delegate_id]
    if giver is None or taker is None:
        raise NotFoundError("person")
    facts = Handover(
        same_person=person_id == wanted.delegate_id,
        giver_active=giver.active,
        taker_active=taker.active,
        giver=actor_of_person(session, person_id).assignments,
        taker=actor_of_person(session, wanted.delegate_id).assignments,
        first=wanted.starts_on,
        last=wanted.ends_on,
        today=now.astimezone(ZoneInfo(BRUSSELS)).date(),
    )
    if found := handover_violations(facts):
        raise RulesViolatedError(found)
    period = period_of(wanted.starts_on, wanted.ends_on)
    made = Delegation(
        id=new_id(),
        person_id=person_id,
        delegate_id=wanted.delegate_id,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        reason=wanted.reason,
        made_at=now,
        made_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    said = {"first": wanted.starts_on, "last": wanted.ends_on}
    event = TasksDelegated(subject_id=made.id, facts=_people(made) | said, personal={"reason": wanted.reason})
    record_event(session, actor, event, now=now)
    return made.id


def end_delegation(session: Session, actor: Actor, delegation_id: UUID, *, now: datetime) -> None:
    """It counts no longer from this instant on; whoever acts by it stops at once.

    The person, the delegate and an administrator may end it. Raise NotFound for strangers, NotPermitted for who acts
    for somebody else, RulesViolated where it is over.
    """
    require_own_act(actor)
    row = delegation_for_update(session, delegation_id)
    if row is None or not (may_administer(actor) or actor.person_id in {row.person_id, row.delegate_id}):
        raise NotFoundError("delegation")
    state = state_of_delegation(Period(row.starts_at, row.ends_at), row.ended_at, now)
    if state not in {DelegationState.COMING, DelegationState.IN_FORCE}:
        raise RulesViolatedError([Violation("delegation.over", "This delegation is over already.")])
    _end(session, actor, row, now=now)


def end_delegations_of(session: Session, person_id: UUID, *, now: datetime) -> None:
    """For use cases that close an account: nobody acts for the person any more, nor the person for anybody."""
    theirs = (Delegation.person_id == person_id) | (Delegation.delegate_id == person_id)
    living = Delegation.ended_at.is_(None) & (Delegation.ends_at > now)
    session.execute(sa.update(Delegation).where(theirs, living).values(ended_at=now))


def end_delegations_without_office(session: Session, actor: Actor, person_id: UUID, *, now: datetime) -> None:
    """For use cases that take a role away: what two people who share no office any more handed over counts no longer."""
    theirs = (Delegation.person_id == person_id) | (Delegation.delegate_id == person_id)
    living = Delegation.ended_at.is_(None) & (Delegation.ends_at > now)
    for row in session.scalars(sa.select(Delegation).where(theirs, living).order_by(Delegation.id).with_for_update()):
        giver, taker = (actor_of_person(session, one).assignments for one in (row.person_id, row.delegate_id))
        if not same_office(giver, taker):
            _end(session, actor, row, now=now)


def _end(session: Session, actor: Actor, row: Delegation, *, now: datetime) -> None:
    row.ended_at, row.ended_by = now, actor.person_id
    session.execute(sa.update(SignInSession).where(SignInSession.acting_for == row.id).values(acting_for=None))
    record_event(session, actor, DelegationEnded(subject_id=row.id, facts=_people(row)), now=now)


def _people(row: Delegation) -> dict[str, object]:
    return {"person": row.person_id, "delegate": row.delegate_id}

"""Prepare an award for the next of the reserve list, when money is left or was freed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.money import Money
from app.grants.models import Award
from app.grants.policies import require_preparing
from app.grants.queries.awards import awards_of, last_numbers
from app.grants.rules.lifecycle import AWARD, AwardState
from app.grants.rules.outcomes import Outcome
from app.grants.rules.promotion import OnReserve, next_of_reserve, promotion_findings
from app.grants.schemas import AwardRow, PromoteReserve
from app.grants.use_cases.prepare_awards import record_prepared
from app.infra.ids import new_id
from app.ledger.queries import envelopes_for_change

_LIVE = (AwardState.PREPARED, AwardState.SIGNED, AwardState.INFORMED)


def promote_reserve(session: Session, actor: Actor, call_id: UUID, wanted: PromoteReserve, *, now: datetime) -> UUID:
    """Prepare a second decision, the award, for the first on the reserve list of the envelope; return its id.

    Raise RulesViolated where nobody waits, where the decision on the list is not signed, and where the envelope has
    less left than the next one asks for: nobody is skipped. NotFound for an envelope that the call does not have.
    """
    call = applied_call(session, call_id, share=True)
    require_preparing(actor, call_id, call.programme_id)
    envelope = next((one for one in envelopes_for_change(session, call_id) if one.code == wanted.envelope), None)
    if envelope is None:
        raise NotFoundError("envelope")
    mine = [one for one in awards_of(session, call_id, states=_LIVE) if one.envelope == wanted.envelope]
    free = envelope.available - Money.total(
        one.amount
        for one in mine
        if one.state is AwardState.PREPARED and one.outcome is Outcome.MAIN and one.amount is not None
    )
    following = next_of_reserve(on_reserve(mine))
    if found := promotion_findings(following, free):
        raise RulesViolatedError(found)
    waiting = next(one for one in mine if following is not None and one.id == following.award_id)
    made = Award(
        id=new_id(),
        call_id=call_id,
        application_id=waiting.application_id,
        number=last_numbers(session, call_id)[waiting.application_id] + 1,
        ranking_id=waiting.ranking_id,
        outcome=Outcome.MAIN,
        amount=waiting.amount,
        envelope=waiting.envelope,
        position=waiting.position,
        reasons="",
        state=AWARD.initial,
        prepared_at=now,
        prepared_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    record_prepared(session, actor, made, now=now)
    return made.id


def on_reserve(awards: list[AwardRow]) -> list[OnReserve]:
    """The reserve list among the decisions of one envelope."""
    promoted = {one.application_id for one in awards if one.outcome is Outcome.MAIN}
    return [
        OnReserve(
            award_id=one.id,
            reference=one.reference,
            position=one.position or 0,
            amount=one.amount or Money(0),
            state=one.state,
            withdrawn=one.withdrawn,
            promoted=one.application_id in promoted,
        )
        for one in awards
        if one.outcome is Outcome.RESERVE
    ]

"""Prepare an award for the next of the reserve list, when money is left or was freed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.grants.models import Award
from app.grants.policies import require_preparing
from app.grants.queries.awards import award_row, last_numbers
from app.grants.queries.reserve import reserves_of
from app.grants.rules.lifecycle import AWARD
from app.grants.rules.outcomes import Outcome
from app.grants.schemas import PromoteReserve
from app.grants.use_cases.prepare_awards import record_prepared
from app.infra.ids import new_id
from app.ledger.queries import envelopes_for_change


def promote_reserve(session: Session, actor: Actor, call_id: UUID, wanted: PromoteReserve, *, now: datetime) -> UUID:
    """Prepare a second decision, the award, for the first on the reserve list of the envelope; return its id.

    Raise RulesViolated where nobody waits, where the decision on the list is not signed, and where the envelope has
    less left than the next one asks for: nobody is skipped. NotFound for an envelope that the call does not have.
    """
    call = applied_call(session, call_id, share=True)
    require_preparing(actor, call_id, call.programme_id)
    envelopes_for_change(session, call_id)
    reserve = next((one for one in reserves_of(session, call_id) if one.code == wanted.envelope), None)
    if reserve is None:
        raise NotFoundError("envelope")
    if reserve.findings or reserve.following is None:
        raise RulesViolatedError(reserve.findings)
    waiting = award_row(session, reserve.following.award_id)
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

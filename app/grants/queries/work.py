"""What waits for a person: decisions to prepare, to sign, letters to look at and to send; decisions to read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.calls.models import Call
from app.core.actor import Actor, Role
from app.evaluation.models import EvaluationRound
from app.evaluation.rules.lifecycle import RoundState
from app.grants.models import Award, Letter
from app.grants.policies import prepares_awards, signs_awards
from app.grants.rules.lifecycle import AwardState, LetterState
from app.grants.schemas import AwardWork
from app.infra.db.statements import among, in_scope, is_not_among, scope

_DECIDERS = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER)


@dataclass(frozen=True, slots=True)
class ToldOutcome:
    """The latest letter that a consortium has."""

    application_id: UUID
    acronym: str
    call: str
    redress_until: date


_ADOPTED = (
    sa.exists().where(EvaluationRound.call_id == Call.id, EvaluationRound.state == RoundState.ADOPTED).correlate(Call)
)
_LETTERS = sa.func.count(Letter.id)
_AWARDS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Call.id,
        Call.programme_id,
        Call.identifier,
        Call.title,
        sa.func.count(Award.id),
        _ADOPTED,
        sa.func.count(Award.id).filter(Award.state == AwardState.PREPARED, is_not_among(Award.prepared_by, "persons")),
        _LETTERS.filter(Letter.state == LetterState.TO_SEND, Letter.previewed_at.is_(None)),
        _LETTERS.filter(Letter.state == LetterState.TO_SEND, Letter.previewed_at.is_not(None)),
    )
    .select_from(Call)
    .outerjoin(Award, sa.and_(Award.call_id == Call.id, Award.state != AwardState.DROPPED))
    .outerjoin(Letter, Letter.award_id == Award.id)
    .where(in_scope("decider", Call.programme_id, Call.id), sa.or_(Award.id.is_not(None), _ADOPTED))
    .group_by(Call.id)
    .order_by(Call.deadline, Call.id)
)
_OUTCOMES = (
    sa.select(Application.id, Application.acronym, Call.identifier, Letter.redress_until)
    .ext(postgresql.distinct_on(Application.id))
    .join(Letter, Letter.application_id == Application.id)
    .join(Award, Award.id == Letter.award_id)
    .join(Call, Call.id == Application.call_id)
    .where(among(Application.id), Letter.state == LetterState.SENT)
    .order_by(Application.id, Award.number.desc())
)


def award_work(session: Session, actor: Actor) -> Sequence[AwardWork]:
    """Calls in which decisions or letters wait for the person. One query whatever the number of calls."""
    if not any(actor.has(role) for role in _DECIDERS):
        return ()
    asked = scope("decider", actor, *_DECIDERS) | {"persons": list(actor.persons)}
    found = []
    for row in session.execute(_AWARDS, asked):
        call_id, programme_id, identifier, title, decided, is_adopted, to_sign, to_see, to_send = row
        prepares = prepares_awards(actor, call_id, programme_id)
        one = AwardWork(
            call_id=call_id,
            call=identifier,
            title=title,
            to_prepare=prepares and is_adopted and not decided,
            to_sign=to_sign if signs_awards(actor, call_id, programme_id) else 0,
            unseen=to_see if prepares else 0,
            to_send=to_send if prepares else 0,
        )
        if one.to_prepare or one.to_sign or one.unseen or one.to_send:
            found.append(one)
    return found


def told_outcomes(session: Session, application_ids: Collection[UUID]) -> Sequence[ToldOutcome]:
    """The latest letter of each of these applications that has one. One query."""
    rows = session.execute(_OUTCOMES, {"many": list(application_ids)})
    return [ToldOutcome(known, acronym, call, until) for known, acronym, call, until in rows if until is not None]

"""The evaluation committee and its rankings: seats, votes, frozen records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import KeptName, Person
from app.core.errors import NotFoundError
from app.evaluation.models import CommitteeSeat, EvaluationRound, Ranking, Vote
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import RankingState
from app.evaluation.schemas import RankingRow
from app.infra.db.statements import ONE

_RANKING: tuple[Any, ...] = (
    Ranking.id,
    Ranking.round_id,
    Ranking.number,
    Ranking.state,
    Ranking.sha256,
    Ranking.proposed_at,
    Ranking.proposed_by,
    Ranking.adopted_at,
    Ranking.adopted_by,
    Ranking.snapshot,
)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Somebody in the evaluation committee."""

    person_id: UUID
    name: str
    email: str
    seat: Seat
    seated_at: datetime


@dataclass(frozen=True, slots=True)
class VoteRow:
    """What a member says of a proposed ranking."""

    person_id: UUID
    name: str
    approves: bool
    words: str
    voted_at: datetime


def _row(row: Any) -> RankingRow:  # noqa: ANN401  # a row of _RANKING
    return RankingRow(**{**row._asdict(), "state": RankingState(row.state)})


def rankings_of(session: Session, round_id: UUID) -> Sequence[RankingRow]:
    """Every ranking of a round, latest first."""
    statement = sa.select(*_RANKING).where(Ranking.round_id == round_id).order_by(Ranking.number.desc())
    return [_row(row) for row in session.execute(statement)]


def ranking_row(session: Session, ranking_id: UUID) -> RankingRow:
    """One ranking; raise NotFound."""
    found = session.execute(sa.select(*_RANKING).where(Ranking.id == ranking_id)).first()
    if found is None:
        raise NotFoundError("ranking")
    return _row(found)


_LATEST_OF_CALL = (
    sa.select(*_RANKING)
    .join(EvaluationRound, EvaluationRound.id == Ranking.round_id)
    .where(EvaluationRound.call_id == ONE, Ranking.state == sa.bindparam("state"))
    .order_by(EvaluationRound.started_at.desc(), Ranking.number.desc())
    .limit(1)
)


def adopted_ranking(session: Session, call_id: UUID) -> RankingRow | None:
    """The ranking that the committee adopted for the latest round of a call."""
    return _of_call(session, call_id, RankingState.ADOPTED)


def proposed_ranking(session: Session, call_id: UUID) -> RankingRow | None:
    """The ranking of a call that the committee votes on."""
    return _of_call(session, call_id, RankingState.PROPOSED)


def _of_call(session: Session, call_id: UUID, state: RankingState) -> RankingRow | None:
    found = session.execute(_LATEST_OF_CALL, {"one": call_id, "state": state}).first()
    return _row(found) if found is not None else None


def proposal_for_change(session: Session, round_id: UUID) -> Ranking | None:
    """The proposed ranking of a round, locked (its round was locked before it)."""
    statement = sa.select(Ranking).where(Ranking.round_id == round_id, Ranking.state == RankingState.PROPOSED)
    return session.scalars(statement.with_for_update().execution_options(populate_existing=True)).first()


def last_ranking_number(session: Session, round_id: UUID) -> int:
    """The number of the latest ranking of a round; 0 before the first."""
    statement = sa.select(sa.func.coalesce(sa.func.max(Ranking.number), 0)).where(Ranking.round_id == round_id)
    return session.execute(statement).scalar_one()


def votes_of(session: Session, ranking_id: UUID) -> Sequence[VoteRow]:
    """Every vote on a ranking with the voter's name, in order of name; an erased voter keeps it while the vote is kept."""
    name = sa.func.coalesce(KeptName.name, Person.name)
    statement = (
        sa.select(Vote.person_id, name, Vote.approves, Vote.words, Vote.voted_at)
        .join(Person, Person.id == Vote.person_id)
        .outerjoin(KeptName, KeptName.person_id == Vote.person_id)
        .where(Vote.ranking_id == ranking_id)
        .order_by(name, Vote.person_id)
    )
    return [VoteRow(*row) for row in session.execute(statement)]


def seats_of(session: Session, round_id: UUID) -> Sequence[SeatRow]:
    """Who sits in the committee: moderators, members, observers, each in order of name."""
    statement = (
        sa.select(CommitteeSeat.person_id, Person.name, Person.email, CommitteeSeat.seat, CommitteeSeat.seated_at)
        .join(Person, Person.id == CommitteeSeat.person_id)
        .where(CommitteeSeat.round_id == round_id)
        .order_by(Person.name, CommitteeSeat.person_id)
    )
    order = list(Seat)
    rows = [
        SeatRow(person_id, name, email, Seat(seat), at)
        for person_id, name, email, seat, at in session.execute(statement)
    ]
    return sorted(rows, key=lambda row: order.index(row.seat))


_SEAT = sa.select(CommitteeSeat.seat).where(
    CommitteeSeat.round_id == ONE, CommitteeSeat.person_id == sa.bindparam("person")
)


def seat_of(session: Session, round_id: UUID, person_id: UUID | None) -> Seat | None:
    """The seat of a person in the committee of a round."""
    found = session.execute(_SEAT, {"one": round_id, "person": person_id}).scalar()
    return Seat(found) if found is not None else None


def seat_for_change(session: Session, round_id: UUID, person_id: UUID) -> CommitteeSeat | None:
    """A seat, locked (its round was locked before it)."""
    return session.get(CommitteeSeat, (round_id, person_id), with_for_update=True, populate_existing=True)


_ROUNDS_OF_PERSON = (
    sa.select(EvaluationRound.id, EvaluationRound.call_id, CommitteeSeat.seat)
    .join(CommitteeSeat, CommitteeSeat.round_id == EvaluationRound.id)
    .where(CommitteeSeat.person_id == ONE)
    .order_by(EvaluationRound.started_at.desc(), EvaluationRound.id)
)


def rounds_of_person(session: Session, person_id: UUID | None) -> Mapping[UUID, tuple[UUID, Seat]]:
    """Rounds in whose committee a person sits: id to (call, seat), latest first."""
    rows = session.execute(_ROUNDS_OF_PERSON, {"one": person_id})
    return {round_id: (call_id, Seat(seat)) for round_id, call_id, seat in rows}


def account_of(session: Session, email: str) -> tuple[UUID, str] | None:
    """Id and name of the open account with an address."""
    statement = sa.select(Person.id, Person.name).where(
        Person.email == email.strip().lower(), Person.active, Person.email_confirmed_at.is_not(None)
    )
    found = session.execute(statement).first()
    return (found[0], found[1]) if found is not None else None

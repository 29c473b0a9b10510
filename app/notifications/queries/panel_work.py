"""The panels in which a person has a part. The number of queries does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call, CallVersion
from app.core.actor import Actor, Role
from app.evaluation.models import CommitteeSeat, EvaluationRound, JudgedApplication, Ranking, Vote
from app.evaluation.policies import runs_evaluation
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import JudgementState, RankingState, RoundState
from app.infra.db.statements import ONE, in_scope, scope
from app.notifications.rules.panel_tasks import PanelWork

MOST = 100
"""Panels shown on the start page."""
_OPEN = (RoundState.EXPERTS_AT_WORK, RoundState.PANEL)
_OFFICE = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)
_MEMBER = sa.and_(CommitteeSeat.round_id == EvaluationRound.id, CommitteeSeat.seat == Seat.PANEL_MEMBER)
_MEMBERS = sa.select(sa.func.count()).select_from(CommitteeSeat).where(_MEMBER)
_SEAT = sa.select(CommitteeSeat.seat).where(
    CommitteeSeat.round_id == EvaluationRound.id, CommitteeSeat.person_id == ONE
)
_APPROVALS = (
    sa.select(sa.func.count())
    .select_from(Vote)
    .join(CommitteeSeat, sa.and_(_MEMBER, CommitteeSeat.person_id == Vote.person_id))
    .where(Vote.ranking_id == Ranking.id, Vote.approves)
)
_STANDING = (
    sa.select(
        sa.func.count().label("judged"),
        sa.func.count().filter(JudgedApplication.state == JudgementState.CONCLUDED).label("concluded"),
    )
    .join(Application, Application.id == JudgedApplication.application_id)
    .where(
        JudgedApplication.round_id == EvaluationRound.id,
        JudgedApplication.state != JudgementState.WITHDRAWN,
        Application.state == ApplicationState.SUBMITTED,
    )
    .correlate(EvaluationRound)
    .lateral()
)
"""Applications that were not withdrawn, and those on which the experts have concluded."""
_ROUNDS: sa.Select[Any] = (
    sa.select(
        EvaluationRound.call_id,
        EvaluationRound.state,
        Call.programme_id,
        Call.identifier,
        CallVersion.document[("identity", "titles", "en")].astext.label("title"),
        CallVersion.document[("evaluation", "quorum")].astext.label("quorum"),
        Ranking.number,
        _SEAT.scalar_subquery().label("seat"),
        _MEMBERS.scalar_subquery().label("members"),
        _APPROVALS.scalar_subquery().label("approvals"),
        sa.exists().where(Vote.ranking_id == Ranking.id, Vote.person_id == ONE).label("voted"),
        _STANDING.c.judged,
        _STANDING.c.concluded,
    )
    .select_from(EvaluationRound)
    .join(Call, Call.id == EvaluationRound.call_id)
    .join(CallVersion, CallVersion.id == EvaluationRound.call_version_id)
    .outerjoin(Ranking, sa.and_(Ranking.round_id == EvaluationRound.id, Ranking.state == RankingState.PROPOSED))
    .join(_STANDING, sa.true())
    .where(
        EvaluationRound.state.in_(_OPEN),
        sa.or_(in_scope("office", Call.programme_id, Call.id), sa.exists(_SEAT)),
    )
    .order_by(EvaluationRound.started_at.desc(), EvaluationRound.id)
    .limit(MOST)
)


def panel_work(session: Session, actor: Actor) -> tuple[PanelWork, ...]:
    """Open rounds that the actor conducts or in whose committee they vote. One query, none for the public."""
    if actor.person_id is None:
        return ()
    return tuple(_panels(session, actor, actor.person_id))


def _panels(session: Session, actor: Actor, person_id: UUID) -> Iterator[PanelWork]:
    for row in session.execute(_ROUNDS, {"one": person_id, **scope("office", actor, *_OFFICE)}):
        runs = runs_evaluation(actor, row.call_id, row.programme_id)
        if not runs and row.seat != Seat.PANEL_MEMBER:
            continue
        yield PanelWork(
            call_id=row.call_id,
            call=row.identifier,
            title=row.title,
            state=RoundState(row.state),
            runs=runs,
            votes=row.seat == Seat.PANEL_MEMBER,
            voted=bool(row.voted),
            judged=row.judged,
            concluded=row.concluded,
            proposed=row.number or 0,
            approvals=row.approvals,
            needed=int(row.quorum) if row.quorum is not None else row.members // 2 + 1,
        )

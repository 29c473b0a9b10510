"""The panels in which a person has a part. The number of queries does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call, CallVersion
from app.core.actor import Actor, Role, ScopeKind
from app.evaluation.models import CommitteeSeat, EvaluationRound, JudgedApplication, Ranking, Vote
from app.evaluation.policies import runs_evaluation
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import JudgementState, RankingState, RoundState
from app.notifications.rules.panel_tasks import PanelWork

MOST = 100
"""Panels shown on the start page."""
_OPEN = (RoundState.EXPERTS_AT_WORK, RoundState.PANEL)
_OFFICE = (Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR)


def panel_work(session: Session, actor: Actor) -> tuple[PanelWork, ...]:
    """Open rounds that the actor conducts or in whose committee they vote. Two queries, none for the public."""
    if actor.person_id is None:
        return ()
    return tuple(_panels(session, actor, actor.person_id))


def _panels(session: Session, actor: Actor, person_id: UUID) -> Iterator[PanelWork]:
    rows = session.execute(_rounds(actor, person_id)).all()
    counts = _counts(session, [row.id for row in rows])
    for row in rows:
        runs = runs_evaluation(actor, row.call_id, row.programme_id)
        if not runs and row.seat != Seat.PANEL_MEMBER:
            continue
        judged, concluded = counts.get(row.id, (0, 0))
        yield PanelWork(
            call_id=row.call_id,
            call=row.identifier,
            title=row.title,
            state=RoundState(row.state),
            runs=runs,
            votes=row.seat == Seat.PANEL_MEMBER,
            voted=bool(row.voted),
            judged=judged,
            concluded=concluded,
            proposed=row.number or 0,
            approvals=row.approvals,
            needed=int(row.quorum) if row.quorum is not None else row.members // 2 + 1,
        )


def _rounds(actor: Actor, person_id: UUID) -> sa.Select[Any]:
    member = sa.and_(CommitteeSeat.round_id == EvaluationRound.id, CommitteeSeat.seat == Seat.PANEL_MEMBER)
    mine = (
        sa.select(CommitteeSeat.seat)
        .where(CommitteeSeat.round_id == EvaluationRound.id, CommitteeSeat.person_id == person_id)
        .scalar_subquery()
    )
    members = sa.select(sa.func.count()).select_from(CommitteeSeat).where(member).scalar_subquery()
    approvals = (
        sa.select(sa.func.count())
        .select_from(Vote)
        .join(CommitteeSeat, sa.and_(member, CommitteeSeat.person_id == Vote.person_id))
        .where(Vote.ranking_id == Ranking.id, Vote.approves)
        .scalar_subquery()
    )
    voted = sa.exists().where(Vote.ranking_id == Ranking.id, Vote.person_id == person_id)
    whole = any(actor.has(role, scope=ScopeKind.PLATFORM) for role in _OFFICE)
    programmes, calls = actor.ids(ScopeKind.PROGRAMME, *_OFFICE), actor.ids(ScopeKind.CALL, *_OFFICE)
    seated = sa.exists().where(CommitteeSeat.round_id == EvaluationRound.id, CommitteeSeat.person_id == person_id)
    return (
        sa.select(
            EvaluationRound.id,
            EvaluationRound.call_id,
            EvaluationRound.state,
            Call.programme_id,
            Call.identifier,
            CallVersion.document[("identity", "titles", "en")].astext.label("title"),
            CallVersion.document[("evaluation", "quorum")].astext.label("quorum"),
            Ranking.number,
            mine.label("seat"),
            members.label("members"),
            approvals.label("approvals"),
            voted.label("voted"),
        )
        .join(Call, Call.id == EvaluationRound.call_id)
        .join(CallVersion, CallVersion.id == EvaluationRound.call_version_id)
        .outerjoin(Ranking, sa.and_(Ranking.round_id == EvaluationRound.id, Ranking.state == RankingState.PROPOSED))
        .where(
            EvaluationRound.state.in_(_OPEN),
            sa.or_(sa.literal(whole), Call.programme_id.in_(programmes), Call.id.in_(calls), seated),
        )
        .order_by(EvaluationRound.started_at.desc(), EvaluationRound.id)
        .limit(MOST)
    )


def _counts(session: Session, round_ids: list[UUID]) -> Mapping[UUID, tuple[int, int]]:
    """Applications that were not withdrawn, and those on which the experts have concluded."""
    statement = (
        sa.select(
            JudgedApplication.round_id,
            sa.func.count(),
            sa.func.count().filter(JudgedApplication.state == JudgementState.CONCLUDED),
        )
        .join(Application, Application.id == JudgedApplication.application_id)
        .where(
            JudgedApplication.round_id.in_(round_ids),
            JudgedApplication.state != JudgementState.WITHDRAWN,
            Application.state == ApplicationState.SUBMITTED,
        )
        .group_by(JudgedApplication.round_id)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(statement)}
